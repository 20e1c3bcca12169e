"""How makemigrations grows with the number of models of one app that refer to
each other, and how fast it is against Django's.

usage: related.py MANAGE [MODELS]

Each model refers to the one before it and the one behind it, to one that all
refer to, and has what can only be made after them: a unique_together and an
index. So nearly every operation waits for others, and nearly all fold.
"""

import json
import pathlib
import sys
import tempfile

from measure import Run, in_turns, ratio
from migrations import Project

MODELS = 200
ROUNDS = 10


def models(count):
    lines = ["models:", "  Hub:", "    fields:",
             "      name: {type: CharField, max_length: 100}"]
    for number in range(count):
        others = {"before": f"Model{(number - 1) % count}",
                  "behind": f"Model{(number + 1) % count}", "hub": "Hub"}
        lines += [f"  Model{number}:", "    fields:",
                  "      name: {type: CharField, max_length: 100}"]
        lines += [f"      {name}: {{type: ForeignKey, to: {to}, on_delete: "
                  f"CASCADE, null: true, related_name: {name}_{number}}}"
                  for name, to in others.items()]
        lines += ["    meta:", "      unique_together: [[name, before]]",
                  "      indexes: [{fields: [name, behind], name: "
                  f"model{number}_idx}}]"]
    return "\n".join(lines) + "\n"


def makemigrations(project, name):
    return Run(f"manage makemigrations, {name}",
               lambda: project.run(None, "makemigrations"),
               project.forget_migrations, ROUNDS)


def main():
    manage = pathlib.Path(sys.argv[1]).resolve()
    count = int(sys.argv[2]) if len(sys.argv) > 2 else MODELS
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        once = Project(manage, folder / "once", {"app": models(count)})
        twice = Project(manage, folder / "twice", {"app": models(2 * count)})
        ours = makemigrations(once, f"{count} models")
        longer = makemigrations(twice, f"{2 * count} models")
        in_turns(longer, ours)
        # Django takes a minute, which a second run would not make more certain.
        django = Run("django makemigrations",
                     lambda: once.django(None, "makemigrations"),
                     once.forget_migrations, 1)
        in_turns(django)
    print(json.dumps(
        [ratio(f"makemigrations of {2 * count} related models, against {count}",
               longer, ours, 0.455),
         ratio(f"makemigrations of {count} related models, against Django's",
               ours, django, 20)], indent=1))


if __name__ == "__main__":
    main()
