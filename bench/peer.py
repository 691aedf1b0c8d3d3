"""Python CTGAN beside ours: answers one measurement a line, so that both sides can take turns.

    python peer.py serve CSV            then lines of {"do": "epoch", ...} on standard input
    python peer.py sample MODEL ROWS OUT
"""
import json
import resource
import sys
import time


def discrete_columns(table):
    return [name for name in table.columns if table[name].dtype.kind not in "if"]


def read(path):
    import pandas

    return pandas.read_csv(path, skipinitialspace=True)


class Peer:
    def __init__(self, path, threads):
        import torch

        torch.set_num_threads(threads)
        self.path = path
        self.threads = threads
        self.table = read(path)
        self.discrete = discrete_columns(self.table)
        self.transformed = None

    def transform(self, request):
        from ctgan.data_transformer import DataTransformer

        start = time.perf_counter()
        transformer = DataTransformer()
        transformer.fit(self.table, self.discrete)
        rows = transformer.transform(self.table)
        seconds = time.perf_counter() - start
        self.transformed = (transformer, rows)
        return {"seconds": seconds}

    def trees(self, request):
        """A tree for each column given those before it: categories by the target's mean, numeric targets ranked."""
        from concurrent.futures import ThreadPoolExecutor

        import numpy
        from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

        coded = {name: self.table[name].astype("category").cat.codes if name in self.discrete else self.table[name]
                 for name in self.table}
        names = list(self.table)

        def predictors(place):
            target = coded[names[place]]
            means = {name: coded[name].map(target.groupby(coded[name]).mean()) for name in self.discrete}
            return numpy.column_stack([means.get(name, coded[name]) for name in names[:place]]).astype("float32")

        tasks = [(predictors(place), coded[names[place]].rank() if names[place] not in self.discrete
                  else coded[names[place]], names[place] in self.discrete) for place in range(1, len(names))]

        def grow(task):
            kind = DecisionTreeClassifier if task[2] else DecisionTreeRegressor
            kind(min_samples_leaf=20, random_state=0).fit(task[0], task[1])

        start = time.perf_counter()
        with ThreadPoolExecutor(self.threads) as pool:
            list(pool.map(grow, reversed(tasks)))
        return {"seconds": time.perf_counter() - start}

    def trained(self, epochs):
        """Trains without fitting the transformer again; returns the model and the seconds of an epoch."""
        import ctgan.synthesizers.ctgan as module

        if self.transformed is None:
            self.transform({})
        transformer, rows = self.transformed
        transformer.fit = lambda *ignored: None
        transformer.transform = lambda *ignored: rows
        plain, module.DataTransformer = module.DataTransformer, lambda: transformer
        try:
            model = module.CTGAN(epochs=epochs, verbose=False)
            start = time.perf_counter()
            model.fit(self.table, self.discrete)
            return model, (time.perf_counter() - start) / epochs
        finally:
            module.DataTransformer = plain

    def epoch(self, request):
        return {"seconds": self.trained(request["epochs"])[1], "peak_mb": peak_megabytes()}

    def model(self, request):
        model, _ = self.trained(1)
        for name in ("fit", "transform"):
            del model._transformer.__dict__[name]
        model.save(request["path"])
        return {"seconds": 0}

    def pairs(self, request):
        """SDMetrics' scores of all pairs of columns."""
        from sdmetrics.reports.single_table._properties import ColumnPairTrends

        synthetic = read(request["path"])
        kinds = {name: {"sdtype": "categorical" if name in self.discrete else "numerical"} for name in self.table}
        start = time.perf_counter()
        ColumnPairTrends().get_score(self.table, synthetic, {"columns": kinds})
        return {"seconds": time.perf_counter() - start}

    def read(self, request):
        import pandas

        start = time.perf_counter()
        pandas.read_csv(self.path)
        return {"seconds": time.perf_counter() - start}

    def write(self, request):
        start = time.perf_counter()
        self.table.to_csv(request["path"], index=False)
        return {"seconds": time.perf_counter() - start}


def peak_megabytes():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def serve(path, threads):
    peer = Peer(path, threads)
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        print(json.dumps(getattr(peer, request["do"])(request)), flush=True)


def fit(path, epochs, threads):
    from ctgan import CTGAN
    import torch

    torch.set_num_threads(threads)
    table = read(path)
    CTGAN(epochs=epochs, verbose=False).fit(table, discrete_columns(table))
    print(json.dumps({"peak_mb": peak_megabytes()}))


def sample(model, rows, out, threads):
    from ctgan import CTGAN
    import torch

    torch.set_num_threads(threads)
    CTGAN.load(model).sample(rows).to_csv(out, index=False)


if __name__ == "__main__":
    command, arguments = sys.argv[1], sys.argv[2:]
    if command == "serve":
        serve(arguments[0], int(arguments[1]))
    elif command == "fit":
        fit(arguments[0], int(arguments[1]), int(arguments[2]))
    else:
        sample(arguments[0], int(arguments[1]), arguments[2], int(arguments[3]))
