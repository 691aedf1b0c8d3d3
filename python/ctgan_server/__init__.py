"""Synthetic tables for notebooks: runs the programs of ctgan-server and speaks DataFrames, nothing more.

    import ctgan_server
    model = ctgan_server.fit(df, method="trees")      # the options of `fit`, with underscores
    rows = model.sample(1000)                         # the options of `sample`
    model.report()["verdict"]                         # and report_page() is what to look at

Where it runs is what the programs are told: a server in ~/.config/ctgan/credentials.json, `server="user@host"`, or this
machine.
"""

import json
import os
import subprocess
import tempfile

from . import programs

__all__ = ["Error", "Model", "fit", "report", "report_page", "sample"]


class Error(RuntimeError):
    """What a program said, with its exit code (README, "Exit codes") and its next step."""

    def __init__(self, code, sentence, hint=""):
        super().__init__(f"{sentence}; {hint}" if hint else sentence)
        self.code, self.sentence, self.hint = code, sentence, hint


def fit(df, name="table", **options):
    """Trains a model of the DataFrame; its index is left out. `options` are those of `fit`: epochs=300, seed=1,
    discrete=["a", "b"], rule=["start <= end"]."""
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, f"{name}.csv")
        df.to_csv(file, index=False)
        result = _run(["fit", file, *_words(options)])
    return Model(result["model"], dict(df.dtypes), options, result)


def sample(model="latest", n=None, **options):
    """`n` rows of a model, by its name, 'latest' or 'latest:NAME'. `options` are those of `sample`: seed=1,
    where=["age>=65"]."""
    import pandas

    rows = [] if n is None else ["-n", str(n)]
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "rows.csv")
        _run(["sample", str(model), *rows, "--output", file, *_words(options)])
        return pandas.read_csv(file)


def report(model="latest", **options):
    """The report on a model, as a dictionary."""
    return json.loads(_fetch_report(model, ".json", options))


def report_page(model="latest", **options):
    """The same as a page of HTML."""
    return _fetch_report(model, ".html", options)


class Model:
    """A model on the server. It has the name under which `sample` and `manage` know it."""

    def __init__(self, name, dtypes, options, result):
        self.name, self.result = name, result
        self._dtypes = dtypes
        self._place = {key: options[key] for key in ("server", "user", "config", "credentials") if key in options}

    def sample(self, n, **options):
        """`n` rows with the types of the table that was fitted."""
        rows = sample(self.name, n, **self._place, **options)
        for column in rows.columns:
            try:
                rows[column] = rows[column].astype(self._dtypes[column])
            except (KeyError, TypeError, ValueError):
                pass  # whole numbers with missing cells, for instance, are as pandas reads them
        return rows

    def report(self):
        return report(self.name, **self._place)

    def report_page(self):
        return report_page(self.name, **self._place)

    def __repr__(self):
        return f"<ctgan_server.Model {self.name}>"


def _words(options):
    words = []
    for key, value in options.items():
        flag = "--" + key.replace("_", "-")
        if value is True:
            words.append(flag)
        elif value is None or value is False:
            continue
        elif isinstance(value, (list, tuple)):
            for item in value:
                words += [flag, str(item)]
        else:
            words += [flag, str(value)]
    return words


def _fetch_report(model, ending, options):
    with tempfile.TemporaryDirectory() as folder:
        result = _run(["download", "--report", str(model), "--output", folder, *_words(options)])
        name = next(name for name in result["files"] if name.endswith(ending))
        with open(name, encoding="utf-8") as file:
            return file.read()


def _run(words):
    """The last line that a program says."""
    child = subprocess.run(
        [programs.path("ctgan"), *words, "--batch", "--json"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    lines = [json.loads(line) for line in child.stdout.splitlines() if line.startswith("{")]
    last = lines[-1] if lines else {}
    if child.returncode != 0:
        sentence = last.get("sentence") or child.stderr.strip() or f"{words[0]} gave {child.returncode}"
        raise Error(child.returncode, sentence, last.get("hint") or "")
    return last
