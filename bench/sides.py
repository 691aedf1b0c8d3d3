"""The two sides of a measurement: ours, whole commands and ctgan-measure; and the peer's Python."""
import glob
import json
import os
import re
import subprocess
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))


class Watcher:
    """The highest resident memory, in MB, of any process that carries `mark` in its environment."""

    def __init__(self, mark):
        self.mark = mark.encode()
        self.peak = 0.0
        self.done = threading.Event()
        self.thread = threading.Thread(target=self._watch, daemon=True)
        self.thread.start()

    def _watch(self):
        while not self.done.wait(0.02):
            for folder in glob.glob("/proc/[0-9]*"):
                try:
                    with open(folder + "/environ", "rb") as file:
                        if self.mark not in file.read():
                            continue
                    with open(folder + "/status") as file:
                        found = re.search(r"VmHWM:\s+(\d+) kB", file.read())
                except OSError:
                    continue
                if found:
                    self.peak = max(self.peak, int(found.group(1)) / 1024)

    def stop(self):
        self.done.set()
        self.thread.join()
        return self.peak


class Ours:
    def __init__(self, bin_folder, scratch):
        self.bin = bin_folder
        self.scratch = scratch
        self.environment = dict(os.environ, HOME=scratch, XDG_DATA_HOME=scratch + "/data",
                                XDG_CONFIG_HOME=scratch + "/config")
        for name in ("CTGAN_CREDENTIALS", "SSH_CONNECTION"):
            self.environment.pop(name, None)

    def measure(self, *arguments):
        words = [self.bin + "/ctgan-measure", *map(str, arguments)]
        return json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)

    def command(self, name, *arguments):
        """Runs a whole command and returns its seconds and standard output."""
        start = time.perf_counter()
        done = subprocess.run([f"{self.bin}/{name}", *map(str, arguments)], check=True, cwd=self.scratch,
                              env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        return time.perf_counter() - start, done.stdout

    def watched(self, name, *arguments):
        """As command(), with the peak memory of its biggest process."""
        watcher = Watcher("XDG_DATA_HOME=" + self.scratch + "/data")
        try:
            seconds, _ = self.command(name, *arguments)
        finally:
            peak = watcher.stop()
        return seconds, peak


class Peer:
    """None of it works without a Python: then `present` is false."""

    def __init__(self, python, threads):
        self.python = python
        self.threads = threads
        self.workers = {}

    @property
    def present(self):
        return self.python is not None

    def ask(self, csv, **request):
        """One measurement in the worker that holds `csv`."""
        worker = self.workers.get(csv) or self._start(csv)
        worker.stdin.write(json.dumps(request) + "\n")
        worker.stdin.flush()
        return json.loads(worker.stdout.readline())

    def _start(self, csv):
        worker = subprocess.Popen([self.python, HERE + "/peer.py", "serve", csv, str(self.threads)],
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        if not json.loads(worker.stdout.readline() or "{}").get("ready"):
            raise SystemExit(f"bench/run: '{self.python}' cannot import ctgan; install it with pip")
        self.workers[csv] = worker
        return worker

    def run(self, *arguments):
        """A whole Python process; its seconds and its last line."""
        words = [self.python, HERE + "/peer.py", *map(str, arguments), str(self.threads)]
        start = time.perf_counter()
        done = subprocess.run(words, check=True, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        return time.perf_counter() - start, done.stdout.strip().rpartition("\n")[2]

    def close(self):
        for worker in self.workers.values():
            worker.stdin.close()
            worker.wait()
