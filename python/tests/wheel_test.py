"""The wheel as a notebook's user meets it: PYTHON python/tests/wheel_test.py, where the wheel and pandas are installed, or
with PYTHONPATH=python and CTGAN_BIN=FOLDER of a build. Nothing of this machine's stores is touched."""

import os
import subprocess
import sys
import tempfile
import unittest

HOME = tempfile.TemporaryDirectory(prefix="ctgan-wheel-")
for name in ("XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME"):
    os.environ.pop(name, None)
os.environ["HOME"] = HOME.name
os.chdir(HOME.name)

import ctgan_server  # noqa: E402
import pandas as pd  # noqa: E402


def people(rows):
    return pd.DataFrame(
        {
            "age": [18 + i * 7 % 60 for i in range(rows)],
            "income": [1000.5 + 3 * (i % 97) for i in range(rows)],
            "city": pd.Categorical([["Rome", "Oslo", "Lima"][i % 3] for i in range(rows)]),
            "member": [i % 4 != 0 for i in range(rows)],
            "since": pd.to_datetime([f"2020-01-{1 + i % 28:02d}" for i in range(rows)]),
        }
    )


class Wheel(unittest.TestCase):
    def test_rows_come_back_with_the_types_of_the_table(self):
        table = people(300)
        model = ctgan_server.fit(table, name="people", method="trees", seed=1)
        rows = model.sample(50, seed=2)
        self.assertEqual(len(rows), 50)
        self.assertEqual(dict(rows.dtypes), dict(table.dtypes))
        self.assertEqual(set(rows["city"]) - set(table["city"]), set())
        pd.testing.assert_frame_equal(rows, model.sample(50, seed=2))
        self.assertEqual(len(ctgan_server.sample("latest:people", 5)), 5)
        self.assertTrue(model.report())
        self.assertIn("<html", model.report_page()[:500])

    def test_what_a_program_says_is_raised_with_its_code(self):
        with self.assertRaises(ctgan_server.Error) as caught:
            ctgan_server.sample("nothing_model.gz", 5)
        self.assertEqual(caught.exception.code, 66)
        with self.assertRaises(ctgan_server.Error) as caught:
            ctgan_server.fit(people(100), epohcs=3)
        self.assertEqual(caught.exception.code, 64)
        self.assertIn("--epochs", str(caught.exception))

    @unittest.skipUnless(os.path.exists(os.path.join(os.path.dirname(sys.executable), "ctgan")), "the wheel is not installed")
    def test_the_programs_are_on_the_path_under_their_names(self):
        folder = os.path.dirname(sys.executable)
        for name in ("ctgan", "fit", "sample", "download", "manage", "ctgan-server"):
            said = subprocess.run([os.path.join(folder, name), "--version"], capture_output=True, text=True, check=True)
            self.assertTrue(said.stdout.startswith(name + " "), said.stdout)


if __name__ == "__main__":
    unittest.main()
