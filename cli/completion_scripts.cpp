// The scripts that make shells ask `manage completion --complete`.
#include <fmt/format.h>

#include "cli/completion.hpp"
#include "core/error.hpp"

namespace manage::cli {

namespace {

constexpr std::string_view kBash =
    R"(# Completion of manage for bash. In ~/.bashrc:
#     source <(manage completion bash)
_manage() {
  # bash takes words apart at = and :, manage does not.
  local word i words=() lines=()
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]//[\"\'\\]/}
    if ((${#words[@]})) && [[ $word == [=:]* || ${words[-1]} == *[=:] ]]; then
      words[-1]+=$word
    else
      words+=("$word")
    fi
  done
  local typed=${COMP_WORDS[COMP_CWORD]}
  [[ $typed == [=:]* ]] && typed=
  mapfile -t lines < <("${1/#\~/$HOME}" completion \
    "${words[@]/#/--complete=}" 2>/dev/null)
  case ${lines[0]} in
    files)
      compopt -o filenames 2>/dev/null
      mapfile -t COMPREPLY < <(compgen -f -- "$typed")
      ;;
    folders)
      compopt -o filenames 2>/dev/null
      mapfile -t COMPREPLY < <(compgen -d -- "$typed")
      ;;
    *)
      # Only the part that bash takes for the word is replaced.
      local before=${words[-1]%"$typed"}
      COMPREPLY=()
      for word in "${lines[@]:1}"; do
        word=${word%%$'\t'*}
        COMPREPLY+=("${word#"$before"}")
      done
      if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[=.] ]]; then
        compopt -o nospace 2>/dev/null
      fi
      ;;
  esac
}
complete -F _manage manage
)";

constexpr std::string_view kZsh = R"(#compdef manage
# Completion of manage for zsh. In ~/.zshrc, after compinit:
#     source <(manage completion zsh)
_manage() {
  local line word about
  local -a typed lines closed open
  typed=("${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}")
  lines=("${(@f)$("${(Q)words[1]}" completion \
    "${(@)typed/#/--complete=}" 2>/dev/null)}")
  case ${lines[1]} in
    files | folders)
      compset -P '--*='
      if [[ ${lines[1]} == files ]]; then _files; else _files -/; fi
      return
      ;;
  esac
  for line in "${(@)lines[2,-1]}"; do
    word=${line%%$'\t'*}
    about=${${line#"$word"}#$'\t'}
    word=${word//:/\\:}${about:+:$about}
    if [[ ${line%%$'\t'*} == *[=.] ]]; then open+=("$word"); else closed+=("$word"); fi
  done
  (($#closed)) && _describe -V value closed
  (($#open)) && _describe -V value open -S ''
}
compdef _manage manage
)";

constexpr std::string_view kFish =
    R"(# Completion of manage for fish. In ~/.config/fish/config.fish:
#     manage completion fish | source
function __manage_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l typed $words[-1]
    set -l lines ($words[1] completion --complete=$words[2..-1] 2>/dev/null)
    switch "$lines[1]"
        case files folders
            set -l option (string match -r -- '^--[^=]+=' $typed)
            set -l path (string replace -- "$option" '' $typed)
            set -l found
            if test $lines[1] = files
                set found (__fish_complete_path $path)
            else
                set found (__fish_complete_directories $path '')
            end
            string join \n -- "$option"$found
        case words
            set -e lines[1]
            string join \n -- $lines
    end
end
complete -c manage -f -a '(__manage_complete)'
)";

}  // namespace

std::string completion_script(const std::string& shell) {
  if (shell == "bash") return std::string(kBash);
  if (shell == "zsh") return std::string(kZsh);
  if (shell == "fish") return std::string(kFish);
  throw usage_error(fmt::format("there is no completion for {}", shell),
                    "it is one of: bash, zsh, fish");
}

}  // namespace manage::cli
