"""Reads exports with another program's readers and prints what it found as JSON.

    python3 read.py FOLDER

FOLDER holds texts.json (report id to text) and the exports under the names of
export_test.go. Offsets are laid over the texts here, in Python's code points,
and every word that does not stand where it should is an error. Only the
standard library is used.
"""

import csv
import json
import os
import sys
import xml.etree.ElementTree as ET

folder = sys.argv[1]
csv.field_size_limit(1 << 30)


def path(name):
    return os.path.join(folder, name)


def load(name):
    with open(path(name), encoding="utf-8") as f:
        return json.load(f)


def lines(name):
    with open(path(name), encoding="utf-8", newline="\n") as f:
        return [json.loads(line) for line in f]


texts = load("texts.json")
hashes = load("hashes.json")
found = {}
wrong = []


def cut(what, report, start, end, words):
    if texts[report][start:end] != words:
        wrong.append("%s: %d-%d of %s is %r, not %r" % (what, start, end, report, texts[report][start:end], words))


def uncell(s):
    if s.startswith("'") and s.lstrip("'")[:1] and s.lstrip("'")[0] in "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20":
        return s[1:]
    return s


# Tables: every cell that a spreadsheet would run begins with an apostrophe.
numbers = {"start", "end", "min", "max", "approx", "mentions", "reports", "origins", "conflicts", "violations", "changes"}
for name in sorted(os.listdir(path("csv"))):
    if not name.endswith(".csv"):
        continue
    with open(path("csv/" + name), encoding="utf-8", newline="") as f:
        rows = list(csv.DictReader(f, strict=True))
    found["csv/" + name] = len(rows)
    for r in rows:
        if None in r or None in r.values():
            wrong.append("%s: a row has another number of cells: %r" % (name, r))
            continue
        for k, v in r.items():
            if k not in numbers and v[:1] and v[0] in "=+-@\t\r\n":
                wrong.append("%s: %s is a formula: %r" % (name, k, v))
        if name == "mentions.csv":
            cut("mention of " + r["of"], r["report"], int(r["start"]), int(r["end"]), uncell(r["text"]))
        if name in ("responses.csv", "positions.csv", "violations.csv"):
            cut(name, r["report"], int(r["start"]), int(r["end"]), uncell(r["text"]))

# Annotations: position and words agree, and the words around them too.
page = load("annotations.jsonld")
found["annotations"] = len(page["items"])
for a in page["items"]:
    report = hashes[a["target"]["scope"].removeprefix("urn:sha256:")]
    sel = {s["type"]: s for s in a["target"]["selector"]}
    p, q = sel["TextPositionSelector"], sel.get("TextQuoteSelector")
    if q is None:
        continue
    cut(a["id"], report, p["start"], p["end"], q["exact"])
    cut(a["id"] + " prefix", report, p["start"] - len(q["prefix"]), p["start"], q["prefix"])
    cut(a["id"] + " suffix", report, p["end"], p["end"] + len(q["suffix"]), q["suffix"])

# Quotes.
doc = load("quotes.json")
found["quotes"] = sum(len(d["quotes"]) for d in doc["documents"])
for d in doc["documents"]:
    for q in d["quotes"]:
        for spans in ("sourceSpans", "cueSpans", "contentSpans", "coreferences"):
            for s in q[spans]:
                cut(q["id"] + " " + spans, d["id"], s["start"], s["end"], s["text"])

# Claims of PLOVER stand where they say.
found["plover"] = len(lines("plover.jsonl"))
found["plover-plain"] = len(lines("plover-plain.jsonl"))
found["jsonl"] = len(lines("jsonl.jsonl"))
found["ftm"] = len(lines("ftm.ftm.jsonl"))
found["json"] = sum(len(v) for v in load("json.json").values() if isinstance(v, list))
found["timelinejs"] = len(load("timelinejs.json")["events"])
found["schema-org"] = len(load("schema-org.jsonld")["@graph"])
found["prov"] = len(load("prov.jsonld")["@graph"])

# GraphML: every edge joins two nodes that are there.
ns = "{http://graphml.graphdrawing.org/xmlns}"
root = ET.parse(path("graphml.graphml")).getroot()
nodes = [n.get("id") for n in root.iter(ns + "node")]
edges = list(root.iter(ns + "edge"))
keys = {k.get("id") for k in root.iter(ns + "key")}
found["graphml"] = len(nodes) + len(edges)
for e in edges:
    if e.get("source") not in nodes or e.get("target") not in nodes:
        wrong.append("edge %s joins what is not there" % e.get("id"))
for d in root.iter(ns + "data"):
    if d.get("key") not in keys:
        wrong.append("data without a key: %s" % d.get("key"))

print(json.dumps({"found": found, "wrong": wrong[:20], "errors": len(wrong)}))
