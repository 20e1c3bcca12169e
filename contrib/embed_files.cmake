# Writes OUTPUT, a C++ file that holds the YAML files of the built-in apps as
# texts: cmake -DFOLDER=contrib -DOUTPUT=….cpp -P embed_files.cmake
file(GLOB_RECURSE paths RELATIVE ${FOLDER} ${FOLDER}/*.yaml)
list(SORT paths)
set(entries "")
foreach(path IN LISTS paths)
  file(READ ${FOLDER}/${path} text)
  string(APPEND entries "    {\"${path}\",\n     R\"yaml(${text})yaml\"},\n")
endforeach()
file(WRITE ${OUTPUT} "#include \"contrib/embedded_source.hpp\"

namespace manage::contrib {

namespace {

constexpr EmbeddedFile kFiles[] = {
${entries}};

}  // namespace

std::span<const EmbeddedFile> embedded_files() { return kFiles; }

}  // namespace manage::contrib
")
