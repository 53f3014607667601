package main

import (
	"slices"
	"testing"
	"time"
)

func TestSeen(t *testing.T) {
	const text = `fuzz: elapsed: 0s, gathering baseline coverage: 0/12 completed
fuzz: elapsed: 3s, execs: 102 (34/sec), new interesting: 2 (total: 14)
fuzz: elapsed: 6s, execs: 40961 (13620/sec), new interesting: 11 (total: 23)
PASS
`
	if got, ok := seen(text); !ok || got != (tried{40961, 11}) {
		t.Errorf("%+v, %v", got, ok)
	}
	if got, ok := seen("PASS\n"); ok {
		t.Errorf("%+v of nothing", got)
	}
}

// All targets are found, those of promise R19 among them.
func TestTargets(t *testing.T) {
	list, err := targets()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"ingest/warc.FuzzReader", "extract.FuzzPage", "nlp/tokenize.FuzzTokenize"} {
		if !slices.ContainsFunc(list, func(x target) bool { return x.test() == want }) {
			t.Errorf("%s is not among %d targets", want, len(list))
		}
	}
}

// What was run for as long is not run again; what was run for less is.
func TestDone(t *testing.T) {
	f := flags{each: time.Minute, counts: t.TempDir() + "/counts.jsonl"}
	x := target{"github.com/readout-news/readout/internal/nlp/timex", "FuzzRules"}
	for _, want := range []bool{false, true} {
		done, err := f.done()
		if err != nil || done[x.test()] != want {
			t.Errorf("done %v, want %v: %v", done, want, err)
		}
		if err := f.note(x, tried{7, 1}); err != nil {
			t.Fatal(err)
		}
	}
	f.each = 10 * time.Minute
	if done, err := f.done(); err != nil || done["nlp/timex.FuzzRules"] {
		t.Errorf("a minute is taken for ten: %v, %v", done, err)
	}
	if f.length() != "release" || (&flags{each: time.Second}).length() != "change" {
		t.Error("lengths are called otherwise than in docs/promises.md")
	}
}
