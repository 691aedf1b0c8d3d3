#!/usr/bin/env python3
"""Writes the seeds of the fuzz targets: small inputs of every form that the readers know. Run where a format changes:

    tests/fuzz/make_corpus.py
"""
import gzip
import json
import pathlib
import struct

HERE = pathlib.Path(__file__).resolve().parent


def write(target, seeds):
    folder = HERE / "corpus" / target
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in seeds.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())


CSV = {
    "kinds": "id,age,when,paid,city\n1,31,2024-01-31,$1.50,Bonn\n2,,2024-02-29,$2.00,Cork\n3,33,NA,($3.25),Bonn\n",
    "quotes": 'a,"b,c"\r\n"x ""y""","line\nbreak"\r\n,\r\n',
    "decimals": "n;m\n1,5;0,25\n-2,0;3,125\n",
    "one_column": "t\nx\n\ny\n",
    "mark": "\ufeffa\tb\n1\tTrue\n2\tFalse\n",
    "numbers": "a,b,c\n9223372036854775807,1e5,007\n-1,-0.0,+49\n0,inf,\n",
    "comment": "# made by\na,b\n1,2 # x\n#\n3,4\n",
    "sep": "sep=;\nA;B\n1;x\n",
    "blanks": "a, b , c\n 1, 2 , x\n 3, 4 , y\n",
    "dates": "d,e,f\n31/01/2022,25:30:00,2024-W05\n01/03/2022,04:05:06,2020-W53\n",
    "latin": b"a,b\n1,M\xfcller\n",
    "nul": b"a,b\n1,\0\n",
}
# The first byte chooses the dialect: none, a semicolon with decimal commas, single quotes, escapes, comments.
write("csv", {name: bytes([word]) + (text if isinstance(text, bytes) else text.encode())
              for word, (name, text) in zip([0, 1, 11, 0, 5, 17, 64, 0, 1, 33, 128, 0], CSV.items())})
write("sidecar", CSV)

protocol = (HERE.parents[1] / "common/protocol/protocol.md").read_text()
examples = [line.strip() for line in protocol.splitlines() if line.strip().startswith("{") and line.strip().endswith("}")]
write("message", {f"example_{i}": line for i, line in enumerate(examples[:40])})
write("message", {"stream": "\r\n".join(examples[:6]) + "\n", "deep": '{"a":' + "[" * 31 + "]" * 31 + "}",
                  "numbers": '{"a":[1,-1,1.5e300,18446744073709551615,"\\ud83d\\ude00\\n"]}'})

write("scp_records", {
    "file": b"C0644 5 a.csv\nhello\0",
    "times": b"T1183828267 0 1183828267 0\nC0600 0 empty\n\0",
    "complaint": b"\1scp: no such file\n",
    "folder": b"D0755 0 x\nC0644 1 y\nz\0E\n",
    "answers": b"\0\0\0",
    "late_complaint": b"\0\0\1disk full\n",
    "huge": b"C0644 18446744073709551615 a\nabc",
})


def container(header, data=b""):
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + data


def entry(dtype, shape, begin, end):
    return {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}


HEADERS = {
    "empty": {"__metadata__": {}},
    "one": {"__metadata__": {"model": "ctgan", "format": "1"}, "w": entry("F32", [2, 2], 0, 16)},
    "all_types": {"__metadata__": {"x": "\u00e4\n"}, "a": entry("F32", [1], 0, 4), "b": entry("F64", [1], 4, 12),
                  "c": entry("U8", [3], 12, 15), "d": entry("I64", [], 15, 23), "e": entry("U8", [0, 7], 23, 23)},
    "claims": {"__metadata__": {}, "w": entry("F64", [2 ** 40, 2 ** 20], 0, 2 ** 53)},
    "overlap": {"__metadata__": {}, "a": entry("U8", [2], 0, 2), "b": entry("U8", [2], 1, 3)},
}
write("archive_header", {name: json.dumps(header) for name, header in HEADERS.items()})
DATA = {"one": struct.pack("<4f", 1, 2, 3, 4), "all_types": struct.pack("<fd3sq", 1, 2, b"\1\0\0", -1)}
write("archive", {name: container(header, DATA.get(name, b"")) for name, header in HEADERS.items()})
write("archive", {
    "texts": container({"__metadata__": {}, "s": entry("U8", [11], 0, 11)}, struct.pack("<I", 3) + b"abc" + struct.pack("<I", 0)),
    "packed.gz": b"\x1f\x8b\x08\0\0\0\0\0\0\3" + gzip.compress(container(HEADERS["one"], DATA["one"]), mtime=0)[10:],
    "not_finite": container(HEADERS["one"], struct.pack("<4f", 1, float("nan"), 3, 4)),
    "longer": container(HEADERS["empty"], b"more"),
})

COLUMN = {"name": "age", "sdtype": "numerical", "dtype": "float64", "decimals": 2, "missing": ["", "NA"]}
write("metadata", {name: json.dumps(value) for name, value in {
    "model": {"columns": [COLUMN, {**COLUMN, "name": "when", "sdtype": "datetime", "dtype": "str", "decimals": -1,
                                   "datetime_format": "%d.%m.%Y"},
                          {**COLUMN, "name": "paid", "dtype": "str", "number_format": "$#,##0.00;($#,##0.00)"},
                          {**COLUMN, "name": "who", "sdtype": "id", "dtype": "str", "content": "email"}],
              "rules": {"max_categories": 5000, "min_category_count": 5, "keep_range": False,
                        "row_rules": ["a <= b"], "relaxed_if_small": True}},
    "request": {"columns": {"zip": {"sdtype": "categorical"}, "when": {"sdtype": "datetime", "datetime_format": "%Y"}},
                "drop": ["id"], "missing": ["NA", "?"],
                "rules": {"max_categories": 2, "privacy_unit": "zip", "rows_per_unit": 3}},
    "sdv": {"METADATA_SPEC_VERSION": "SINGLE_TABLE_V1", "primary_key": "id", "rules": ["start <= end"],
            "columns": {"id": {"sdtype": "id", "regex_format": "[0-9]+"}, "mail": {"sdtype": "email", "pii": True},
                        "when": {"sdtype": "datetime", "datetime_format": "%Y-%m-%d"}}},
    "sdv_tables": {"METADATA_SPEC_VERSION": "V1", "tables": {"t": {"columns": {"a": {"sdtype": "numerical"}}}}},
    "domains": {"columns": {"age": {"sdtype": "numerical"}, "city": {"sdtype": "categorical"}, "row": {"sdtype": "id"},
                            "born": {"sdtype": "datetime", "datetime_format": "%Y-%m-%d"}},
                "domain": {"age": {"min": -1.5, "max": "90", "bins": 7, "decimals": 1, "missing": ["?"],
                                   "read_from_data": ["min"]},
                           "city": {"categories": ["x", "y"], "others": "z"},
                           "born": {"edges": ["2000-01-01", "2001-06-30", "2010-12-31"]},
                           "row": {"prefix": "P", "digits": 4}}},
    "to_find": {"columns": {"age": {"sdtype": "numerical"}, "pay": {"sdtype": "numerical"},
                            "city": {"sdtype": "categorical"},
                            "born": {"sdtype": "datetime", "datetime_format": "%Y-%m-%d"}},
                "domain": {"age": {"private": ["min", "max", "edges"], "binning": "privtree", "bins": 9},
                           "pay": {"min": 0, "edges": [0, 5, 5], "found": ["edges"]},
                           "city": {"private": ["categories"], "most": 20},
                           "born": {"max": "2010-12-31", "private": ["min"], "binning": "dawa"}}},
    "wrong": {"columns": [{"name": 1}], "rules": []},
}.items()})

write("server_settings", {name: json.dumps(value) for name, value in {
    "default": {}, "shared": {"shared": True, "runner": "process", "release_gate": "refuse", "method": "trees"},
    "limits": {"limits": {"upload_bytes": 1, "inbox_files": 2, "sample_rows": 3, "running_jobs": 4,
                          "running_jobs_of_user": 3, "job_threads": 256, "idle_seconds": 900, "plan_seconds": 60,
                          "evaluate_seconds": 7200, "answer_bytes": 18446744073709551615}},
    "wrong": {"limits": {"running_jobs": 0}}, "unknown": {"share": True},
}.items()})
PRINT = "SHA256:" + "a" * 43
write("host_settings", {name: json.dumps(value, separators=(",", ":")) for name, value in {
    "ssh": {"host": "big.example.org", "port": 22, "ssh_user": "ctgan", "key": "~/.ssh/id", "host_key_fingerprint": PRINT,
            "user": "alice", "remote_program": "/opt/bin/ctgan-server", "ssh_folder": "ssh"},
    "local": {"server_program": "bin/ctgan-server", "method": "trees"},
    "required": {"server": "required"}, "unknown": {"hots": "x"}, "port": {"host": "::1", "port": 65536},
}.items()})
write("credentials", {"words_of_a_hint": '{"host":"h","password":" stand i"server_program": with a co"}'})
write("credentials", {name: json.dumps(value, separators=(",", ":")) for name, value in {
    "key": {"host": "big.example.org", "ssh_user": "ctgan", "key": "/home/me/.ssh/id_ed25519"},
    "password": {"host": "h", "port": 1, "user": "alice", "password": "correct horse battery"},
    "wrong_password": {"host": "h", "password": "tabs\tare no text, says the rule"},
    "nested": {"host": {"password": "correct horse battery"}},
    "unknown": {"host": "h", "passwort": "x"},
}.items()})
write("job_file", {
    "tutorial": "method: MTS\nepsilon: 3\nparty_names:\n  - Alice\n  - Bob\n",
    "every_key": "method: aim\nepsilon: 1\ndelta: 1e-9\nparams: {degree: 2, really: True}\nparty_names: [a, \"b\"]\n"
                 "join: id\ndataset: d\nname: '007'\n",
    "domain": "method: swift\nrho: 0.1\ndomain:\n  age: {sdtype: numerical, min: 0, max: 9, bins: 3, decimals: 1}\n"
              "  pay: {type: numerical, bounds: {min: 1, max: 2}, binning: {edges: [1, 2]}}\n"
              "  day: {sdtype: datetime, datetime_format: '%Y', private: [min, max, edges]}\n"
              "  sex: {sdtype: categorical, categories: [f, m], others: , missing: ['?']}\n",
    "run": "method: ctgan\ndomain: m.json\nrun: {n_threads: 2, timeout_s: 90, random_state: 1, device: cpu}\n",
    "network": "method: ctgan # a comment\nparams:\n  epochs: 5\n  generator_dim: [64, 64]\n  retries: 3\n",
    "aliases": "a: &a [x, x]\nb: [*a, *a]\n", "tags": "a: !!python/object 1\n", "twice": "a: 1\na: 2\n",
    "documents": "a: 1\n---\nb: 2\n", "block": "a: |\n  text\n  more\nb: >-\n  folded\n", "deep": "a: " + "[" * 40,
    "merge": "<<: {a: 1}\n", "keys": "? [a]\n: 1\n", "tab": "a:\n\tb: 1\n",
})
