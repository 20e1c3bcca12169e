"""How long `shell -c` takes in a project of 50 models, against a
program that starts and reads these models: `check --tag models`.

usage: shell.py MANAGE
"""

import json
import pathlib
import subprocess
import sys
import tempfile

from measure import Run, environment, in_turns

RUNS = 25
MODEL = """\
  Model{n}:
    fields:
      name: {{type: CharField, max_length: 100}}
      size: {{type: IntegerField, default: 0}}
      price: {{type: DecimalField, max_digits: 8, decimal_places: 2, null: true}}
      made: {{type: DateTimeField, auto_now_add: true}}
      before: {{type: ForeignKey, to: self, on_delete: CASCADE, null: true}}
    meta: {{ordering: [name]}}
"""


def main():
    manage = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        (folder / "settings").mkdir()
        (folder / "shop").mkdir()
        (folder / "settings/base.yaml").write_text("installed_apps: [shop]\n")
        (folder / "shop/models.yaml").write_text(
            "models:\n" + "".join(MODEL.format(n=n) for n in range(50)))

        def run(*arguments):
            return lambda: subprocess.run(
                [manage, *arguments], cwd=folder, check=True,
                env=environment(), stdout=subprocess.DEVNULL)
        shell = Run("shell -c", run("shell", "-c", "print(1)"), rounds=RUNS)
        models = Run("check --tag models",
                     run("check", "--tag", "models"), rounds=RUNS)
        in_turns(shell, models)
    best = [min(one.times) for one in (shell, models)]
    print(json.dumps([
        {"work": "shell -c with 50 models, against reading the models",
         "ratio": round(best[1] / best[0], 3), "target": 0.67}]))


if __name__ == "__main__":
    main()
