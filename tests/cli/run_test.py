#!/usr/bin/python3
"""Tests of the scenario runner: what it accepts, and above all what not."""

import os
import pathlib
import subprocess
import sys
import tempfile
import textwrap
import unittest

import scenario

HERE = pathlib.Path(__file__).resolve().parent
# A stand-in for the binary.
MANAGE = """#!/bin/bash
case $1 in
  hello) echo hello; echo "  you" ;;
  warn) echo out; echo warning >&2 ;;
  fail) echo "error: no" >&2; exit "${2:-1}" ;;
  crash) kill -SEGV $$ ;;
  unfinished) printf 'no newline' ;;
  blank) printf 'text\\n\\n' ;;
  special) printf '$ a\\n[stderr]\\n\\\\b\\n> c\\n\\n# d\\n-- e --\\n' ;;
  time) echo "done (0.42s) in $PWD" ;;
  where) echo "$HOME $CI $LC_ALL ${MANAGE_TEST_POSTGRES_URL-none}" ;;
  hang) sleep 100 ;;
  background) sleep 100 & echo started ;;
  database) echo "${MANAGE_DATABASES__DEFAULT__URL:-sqlite}" ;;
esac
"""


class RunnerTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.binary = pathlib.Path(self.folder.name, "manage")
        self.binary.write_text(MANAGE)
        self.binary.chmod(0o755)
        self.file = pathlib.Path(self.folder.name, "case.txt")

    def run_text(self, text, *options, url=None):
        self.file.write_text(textwrap.dedent(text))
        environment = dict(os.environ, MANAGE_BIN=str(self.binary), CI="1")
        environment.pop("MANAGE_TEST_POSTGRES_URL", None)
        if url:
            environment["MANAGE_TEST_POSTGRES_URL"] = url
        return subprocess.run(
            [sys.executable, HERE / "run.py", *options, self.file],
            env=environment, cwd=self.folder.name, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, check=False)

    def assert_passes(self, text):
        done = self.run_text("only: sqlite, because it is a test\n" +
                             textwrap.dedent(text))
        self.assertEqual(done.stdout, "1 passed, 0 failed, 0 skipped\n")
        self.assertEqual(done.returncode, 0)

    def assert_fails(self, text, report):
        done = self.run_text("only: sqlite, because it is a test\n" +
                             textwrap.dedent(text))
        self.assertEqual(done.stdout, textwrap.dedent(report) +
                         "0 passed, 1 failed, 0 skipped\n")
        self.assertEqual(done.returncode, 1)

    def test_passes(self):
        self.assert_passes("""
            # Comments and blank lines are free.

            $ manage hello
            hello
              you

            $ manage warn
            out
            [stderr]
            warning

            # Another comment.
            $ manage fail 3
            [stderr]
            error: no
            [exit 3]

            $ manage time
            done (TIME) in $PROJECT

            $ manage where
            $SCRATCH/home  C.UTF-8 none

            $ manage hello |
            > tr a-z A-Z
            HELLO
              YOU
            """)

    def test_fails_on_other_output(self):
        self.assert_fails("""
            $ manage hello
            hello
            you
            """, """\
            FAIL {path} (sqlite)
            case.txt:3: $ manage hello
            --- expected
            +++ actual
            @@ -1,2 +1,2 @@
             hello
            -you
            +  you
            """.format(path=str(self.file)[:-4]))

    def fails(self, text):
        done = self.run_text("only: sqlite, because it is a test\n" + text)
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertTrue(
            done.stdout.endswith("0 passed, 1 failed, 0 skipped\n"),
            done.stdout)
        return done.stdout

    def test_fails_on_everything_unexpected(self):
        for text in (
                "$ manage hello\n",  # output
                "$ manage hello\nhello\n  you\nmore\n",
                "$ manage warn\nout\n",  # stderr
                "$ manage fail\n[stderr]\nerror: no\n",  # exit code
                "$ manage hello\nhello\n  you\n[exit 1]\n",
                "$ manage fail 2\n[stderr]\nerror: no\n[exit 1]\n",
                "$ manage crash\n",
                "$ manage unfinished\nno newline\n",
                "$ manage blank\ntext\n",
                "$ manage fail | cat\n[stderr]\nerror: no\n",
                "$ manage nothing\n\nsql> SELECT 1\n1\n",  # no database
                "$ true\n\nfile> x\nabc\n",
                "$ true\n\nreplace> x\na\n=>\nb\n\n-- x --\nb\n",
                "$ manage hello\nhel<...>x\n  you\n"):
            with self.subTest(text):
                self.fails(text)

    def test_refuses_what_it_does_not_understand(self):
        for text, message in (
                ("only: oracle, because\n$ true\n",
                 "1: write `only: DATABASE, because …`"),
                ("only: sqlite\n$ true\n",
                 "1: write `only: DATABASE, because …`"),
                ("hello\n$ true\n", "1: no step begins so"),
                ("$ true\n[stdout oracle]\n",
                 "2: unknown block [stdout oracle]"),
                ("$ true\n[exit one]\n", "2: unknown block [exit one]"),
                ("$ true\n[stderr]\n[stderr]\n", "3: a second [stderr]"),
                ("$ true\nreplace> x\na\n", "2: replace> needs one line =>"),
                ("$ true\nwrite> x\n[exit 1]\n", "2: write> expects nothing"),
                ("$ true\n-- ../x --\n", "2: bad file name"),
                ("# only a comment\n", " there is no $ step")):
            with self.subTest(text):
                done = self.run_text(text)
                self.assertEqual(
                    done.stdout, f"FAIL {self.file}:{message}\n"
                    "0 passed, 1 failed, 0 skipped\n")

    def test_no_scenario_and_no_binary_are_failures(self):
        done = self.run_text("$ true\n", "-k", "other")
        self.assertEqual(done.stdout, "FAIL no scenario found\n"
                         "0 passed, 1 failed, 0 skipped\n")
        self.binary.unlink()
        done = self.run_text("$ true\n")
        self.assertEqual(done.returncode, 1)
        self.assertIn("build it, or set MANAGE_BIN", done.stdout)

    def test_edits_and_files(self):
        self.assert_passes("""
            $ cat a.txt dir/b.txt
            one
            two
            one

            three

            replace> a.txt
            two
            =>
            2

            append> a.txt
            3

            write> c.txt
            \\$ four

            env> X=y

            $ cat a.txt c.txt; echo $X
            one
            2
            3
            \\$ four
            y

            file> c.txt
            \\$ four

            env> X

            $ echo $X
            \\

            -- a.txt --
            one
            two

            -- dir/b.txt --
            one

            three
            """)

    def test_sql(self):
        self.assert_passes("""
            $ sqlite3 db.sqlite3 'CREATE TABLE t (a, b)'

            sql> INSERT INTO t
            > VALUES (1, 'x'), (2.50, NULL), (1.0, x'00ff')

            sql> SELECT * FROM t ORDER BY rowid
            1|x
            2.5|NULL
            1|x'00ff'

            sql> SELECT missing
            error: no such column: missing

            sql> SELECT 1
            [only postgresql]
            2
            """)

    def test_processes_left_behind_do_not_keep_it_waiting(self):
        self.assert_passes("""
            $ manage background
            started
            """)

    def test_update_writes_what_a_run_then_accepts(self):
        before = textwrap.dedent("""\
            only: sqlite, because it is a test
            # First.
            $ manage special
            old

            # Second.
            $ manage fail
            $ manage blank
            te<...>
            """)
        after = textwrap.dedent("""\
            only: sqlite, because it is a test
            # First.
            $ manage special
            \\$ a
            \\[stderr]
            \\\\b
            \\> c

            \\# d
            \\-- e --

            # Second.
            $ manage fail
            [stderr]
            error: no
            [exit 1]
            $ manage blank
            te<...>
            \\
            """)
        self.run_text(before, "--update")
        self.assertEqual(self.file.read_text(), after)
        done = self.run_text(after)
        self.assertEqual(done.stdout, "1 passed, 0 failed, 0 skipped\n")

    def test_update_keeps_the_blocks_of_a_database_that_did_not_run(self):
        self.run_text("$ manage hello\n[stdout postgresql]\nsalut\n",
                      "--update")
        self.assertEqual(
            self.file.read_text(),
            "$ manage hello\n[stdout sqlite]\nhello\n  you\n"
            "[stdout postgresql]\nsalut\n")

    def test_without_postgresql_half_is_skipped(self):
        done = self.run_text("$ manage database\nsqlite\n")
        self.assertEqual(
            done.stdout,
            "SKIPPED: 1 scenarios on PostgreSQL, because "
            "MANAGE_TEST_POSTGRES_URL is not set\n"
            "1 passed, 0 failed, 1 skipped\n")

    @unittest.skipUnless("MANAGE_TEST_POSTGRES_URL" in os.environ,
                         "MANAGE_TEST_POSTGRES_URL is not set")
    def test_postgresql(self):
        text = """\
            $ manage database
            [stdout sqlite]
            sqlite
            [stdout postgresql]
            $DATABASE_URL

            $ sqlite3 db.sqlite3 'CREATE TABLE t (id integer)'

            sql> CREATE TABLE IF NOT EXISTS t (id integer)

            sql> INSERT INTO t VALUES (1), (NULL)

            sql> SELECT * FROM t ORDER BY id NULLS LAST
            1
            NULL

            sql> SELECT true, 1.50::numeric(5,2), 'a'::bytea, NULL,
            > timestamptz '2026-01-01 12:00+02', interval '1 second',
            > '{"a": 1}'::jsonb, '00000000-0000-0000-0000-00000000000f'::uuid
            [only postgresql]
            1|1.5|x'61'|NULL|2026-01-01 10:00:00|1000000|{"a": 1}|\
0000000000000000000000000000000f
            """
        url = os.environ["MANAGE_TEST_POSTGRES_URL"]
        done = self.run_text(text, url=url)
        self.assertEqual(done.stdout, "2 passed, 0 failed, 0 skipped\n")
        done = self.run_text(text.replace("1.5|x", "1.50|x"), url=url)
        self.assertIn("1 passed, 1 failed, 0 skipped\n", done.stdout)

    def test_escape_is_undone(self):
        for lines in ([], [""], ["", ""], ["a", "", ""], ["\\", "\\\\x"],
                      ["# a", "", "# b"], ["$ x", "sql> y", "[exit 1]"]):
            self.assertEqual(scenario.unescape(scenario.escape(lines)), lines)


if __name__ == "__main__":
    program = unittest.main(exit=False, verbosity=0)
    result = program.result
    for _, reason in result.skipped:
        print(f"SKIPPED: {reason}")
    bad = len(result.failures) + len(result.errors)
    left = len(result.skipped)
    print(f"{result.testsRun - bad - left} passed, {bad} failed, "
          f"{left} skipped")
    sys.exit(1 if bad else 0)
