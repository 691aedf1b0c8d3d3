#!/usr/bin/env python3
"""One big table over loopback SSH, ours against the stock scp, through one private sshd.

    python3 bench/transfer.py BUILD_BIN_DIR [--megabytes 1000] [--runs 3]

Both sides use the same key, host and sshd, each with the cipher that it agrees on by itself; they take turns. Times are
wall clock of the transfer: for scp the whole program, for `fit` from the settled table to "Data integrity check PASSED"
(hash, transfer and the server's own hash; the host's reading of the table before and the job behind it are left out),
for `download --keep-gz` the whole program. Beside them stand the processor seconds of both ends together, which a busy
machine disturbs less. The last line is one JSON object with the medians in seconds.
"""

import argparse
import base64
import contextlib
import json
import os
import pathlib
import pwd
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

CELL_BYTES = 1 << 20
STORED = "big_20260101t000000_1000_synthetic.csv.gz"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bin", type=pathlib.Path, help="folder of fit, download and ctgan-server")
    parser.add_argument("--megabytes", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--folder", type=pathlib.Path, help="where to work [a temporary folder]")
    return parser.parse_args()


def write_table(path, megabytes):
    """Rows of a number and one wide cell: the job drops the wide column, so that little is left to train on."""
    row = 0
    with open(path, "wb") as file:
        file.write(b"number,wide\n")
        while file.tell() < megabytes * 1_000_000:
            left = max(1000, min(CELL_BYTES, megabytes * 1_000_000 - file.tell()))
            file.write(b"%d," % (row % 100) + base64.b64encode(os.urandom(left * 3 // 4)) + b"\n")
            row += 1


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def own_seconds(pid):
    """(own processor time with that of children waited for, parent), or zeros for a process that has gone."""
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0, 0
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK"), int(fields[1])


def tree_seconds(root):
    known = {int(name): own_seconds(name) for name in os.listdir("/proc") if name.isdigit()}
    members, grown = {root}, True
    while grown:
        more = {pid for pid, (_, parent) in known.items() if parent in members} - members
        members |= more
        grown = bool(more)
    return sum(known.get(pid, (0.0, 0))[0] for pid in members)


class Server:
    """A private sshd whose one key leads to the account's own store in `folder`."""

    def __init__(self, folder, programs):
        self.folder = folder
        self.port = free_port()
        self.user = pwd.getpwuid(os.geteuid()).pw_name
        for name in ("host_key", "user_key"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True)
        shutil.copy(folder / "user_key.pub", folder / "authorized_keys")
        if os.geteuid() == 0:
            pathlib.Path("/run/sshd").mkdir(exist_ok=True)
        (folder / "sshd_config").write_text(
            f"ListenAddress 127.0.0.1\nPort {self.port}\nHostKey {folder}/host_key\n"
            f"AuthorizedKeysFile {folder}/authorized_keys\nPidFile none\nStrictModes no\nUsePAM no\n"
            "PasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitRootLogin prohibit-password\n"
            "Subsystem sftp /usr/lib/openssh/sftp-server\n"
            f"SetEnv PATH={programs}:/usr/bin:/bin XDG_DATA_HOME={folder}\n")
        host_key = (folder / "host_key.pub").read_text()
        (folder / "known_hosts").write_text(f"[127.0.0.1]:{self.port} {host_key}")
        sshd = shutil.which("sshd") or "/usr/sbin/sshd"
        self.process = subprocess.Popen([sshd, "-D", "-f", folder / "sshd_config", "-E", folder / "sshd.log"])
        self._await()

    def _await(self):
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port)):
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        sys.exit("transfer.py: sshd did not start: " + (self.folder / "sshd.log").read_text())

    def processor_seconds(self):
        """Of sshd and all that it has ever started, the children that sshd has waited for included."""
        return tree_seconds(self.process.pid)

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def credentials(self):
        shown = subprocess.run(["ssh-keygen", "-l", "-E", "sha256", "-f", self.folder / "host_key.pub"], check=True,
                               capture_output=True, text=True).stdout
        path = self.folder / "credentials.json"
        path.write_text(json.dumps({"host": "127.0.0.1", "port": self.port, "ssh_user": self.user,
                                    "key": str(self.folder / "user_key"), "host_key_fingerprint": shown.split()[1]}))
        path.chmod(0o600)
        return path

    def scp(self):
        options = ["BatchMode=yes", "IdentitiesOnly=yes", f"UserKnownHostsFile={self.folder}/known_hosts"]
        flags = [word for option in options for word in ("-o", option)]
        return ["scp", "-q", "-F", "none", *flags, "-P", str(self.port), "-i", str(self.folder / "user_key")]

    def store(self, shelf):
        return self.folder / "ctgan-server" / shelf / self.user


class Spent:
    """Wall clock and processor seconds since it was made, at both ends."""

    def __init__(self, server, client=None):
        self.server, self.client = server, client
        self.start = self._now()

    def _now(self):
        client = own_seconds(self.client)[0] if self.client else sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])
        return time.perf_counter(), client + self.server.processor_seconds()

    def so_far(self):
        now = self._now()
        return now[0] - self.start[0], now[1] - self.start[1]


class Ours:
    def __init__(self, programs, server, folder):
        self.programs = programs
        self.server = server
        self.environment = {**os.environ, "CTGAN_CREDENTIALS": str(server.credentials()), "HOME": str(folder)}
        self.folder = folder

    def command(self, *words):
        return [str(self.programs / words[0]), *words[1:], "--batch", "--json"]

    def run(self, *words):
        subprocess.run(self.command(*words), env=self.environment, cwd=self.folder, check=True,
                       stdout=subprocess.DEVNULL)

    def upload(self, table):
        """From the line before the upload to the line that says that both ends hold the same bytes."""
        words = self.command("fit", str(table), "--drop", "wide", "--epochs", "1", "--device", "cpu")
        with subprocess.Popen(words, env=self.environment, cwd=self.folder, stdout=subprocess.PIPE, text=True) as fit:
            for line in fit.stdout:
                kind = json.loads(line)["message_type"]
                if kind == "seed":
                    spent = Spent(self.server, fit.pid)
                if kind == "integrity":
                    outcome = spent.so_far()
        if fit.returncode != 0:
            sys.exit(f"transfer.py: fit ended with {fit.returncode}")
        return outcome


def timed(server, call):
    spent = Spent(server)
    call()
    time.sleep(0.1)  # sshd waits for its children in its own time; taken off the wall clock again
    wall, processor = spent.so_far()
    return wall - 0.1, processor


def settle():
    """The pages of one run are not written to disk on the time of the next."""
    os.sync()


def measure(programs, megabytes, runs, folder):
    server = Server(folder, programs)
    try:
        ours = Ours(programs, server, folder)
        table = folder / "big.csv"
        write_table(table, megabytes)
        target = f"{server.user}@127.0.0.1:{folder}/"
        ours.run("download", "--list")
        stored = server.store("synthetic_csv_database") / STORED
        shutil.copy(table, stored)
        (folder / "home").mkdir()
        # The server knows the hash of what it made; this file it has to learn.
        ours.run("download", STORED, "--keep-gz", "--output", str(folder / "home"))
        def scp(source, destination):
            return timed(server, lambda: subprocess.run([*server.scp(), source, destination], check=True))

        turns = {
            "upload_ours_s": lambda: ours.upload(table),
            "upload_scp_s": lambda: scp(table, target + "copy"),
            "download_ours_s": lambda: timed(server, lambda: ours.run(
                "download", STORED, "--keep-gz", "--output", str(folder / "home"))),
            "download_scp_s": lambda: scp(target + "big.csv", folder / "home" / "copy"),
        }
        times = {name: [] for name in turns}
        for _ in range(runs):
            for name, call in turns.items():
                for left in (folder / "copy", folder / "home" / STORED, folder / "home" / "copy"):
                    left.unlink(missing_ok=True)
                settle()
                wall, processor = call()
                times[name].append(wall)
                print(f"  {name[:-2]:14} {wall:6.2f} s, processors {processor:6.2f} s", flush=True)
        return {name: statistics.median(values) for name, values in times.items()}
    finally:
        server.stop()


def main():
    options = arguments()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="transfer-", dir=options.folder))
    try:
        medians = measure(options.bin.resolve(), options.megabytes, options.runs, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    for direction in ("upload", "download"):
        ours, scp = medians[f"{direction}_ours_s"], medians[f"{direction}_scp_s"]
        print(f"{direction}: ours {ours:.2f} s, scp {scp:.2f} s, ours is {scp / ours:.2f}x as fast")
    print(json.dumps({name: round(value, 3) for name, value in medians.items()}))


if __name__ == "__main__":
    main()
