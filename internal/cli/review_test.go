package cli

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/readout-news/readout/wire"
)

// TestReview goes through the queue on the command line: what waits is listed and
// shown, answers come into the record and the log, and what does not fit says what
// to do.
func TestReview(t *testing.T) {
	db := filepath.Join(t.TempDir(), "desk.db")
	run := func(want int, args ...string) string { t.Helper(); return onDB(t, db, want, args...) }
	says := func(got string, words ...string) {
		t.Helper()
		for _, w := range words {
			if !strings.Contains(got, w) {
				t.Errorf("%q is not in:\n%s", w, got)
			}
		}
	}
	list := func(kind string) wire.List[wire.ReviewItem] {
		t.Helper()
		var l wire.List[wire.ReviewItem]
		if err := json.Unmarshal([]byte(run(0, "review", "list", "--json", "--kind", kind)), &l); err != nil {
			t.Fatal(err)
		}
		if l.Count != len(l.Items) || l.Next != nil {
			t.Fatalf("%d of %d questions are listed", len(l.Items), l.Count)
		}
		return l
	}
	run(0, "ingest", "--quiet", "../../examples/lake-ansa")
	before := run(0, "timeline", "--json")
	all := list("")
	if len(all.Items) < 10 {
		t.Fatalf("%d questions wait", len(all.Items))
	}
	says(run(0, "review", "list"), all.Items[0].ID, all.Items[0].Question, "more wait; --all prints them")
	if n := strings.Count(run(0, "review", "list", "--all"), "sentence"); n < len(all.Items) {
		t.Errorf("--all prints %d of %d", n, len(all.Items))
	}
	says(run(0, "review", "next"), all.Items[0].Question, "accept")

	person := list("same-person").Items[0]
	says(run(0, "review", "show", person.ID[:9]), "Same person?", person.Sides[0].Title, person.Sides[1].Title, "   1", "accept", "makes one of the two")
	if s := run(0, "review", "accept", person.ID, "--dry-run"); !strings.Contains(s, "− ") || run(0, "timeline", "--json") != before {
		t.Errorf("before anything is noted: %s", s)
	}
	says(run(0, "review", "accept", person.ID[:9], "--by", "ana", "--why", "one office"), "same: "+person.Sides[0].Title, "in force")
	says(run(4, "review", "show", person.ID), "decision 1 by ana answered it", "readout decide undo 1")
	if l := list(""); l.Count >= all.Count || slices.ContainsFunc(l.Items, func(x wire.ReviewItem) bool { return x.ID == person.ID }) {
		t.Errorf("answered, %d questions wait, %d before", l.Count, all.Count)
	}

	speaker := list("speaker").Items[0]
	says(run(4, "review", "edit", speaker.ID, "--to", "Somebody Else"), "nobody of the name")
	other := speaker.Choices[slices.IndexFunc(speaker.Choices, func(c wire.ReviewChoice) bool { return speaker.Value == nil || c.Value != *speaker.Value })]
	says(run(0, "review", "edit", speaker.ID, "--to", other.Value, "--by", "ben"), "→ "+other.Words)

	day := list("date").Items[0]
	says(run(2, "review", "edit", day.ID, "--to", "soon"), "give 2025, 2025-03")
	says(run(2, "review", "merge", day.ID), "review has no command")
	says(run(2, "review", "split", day.ID), "nothing that can be done here")
	says(run(0, "review", "note", day.ID, "--why", "ask the harbour"), "noted")
	says(run(0, "review", "edit", day.ID, "--to", "2031-06-01"), "→ 2031-06-01")
	says(run(4, "review", "accept", "w0000"), "no question that waits", "readout decide")
	says(run(2, "review", "accept", twice(all.Items)), "questions begin with")
	says(run(2, "review", "accept"), "id of one question")
	says(run(2, "review", "list", "--kind", "colour"), "same-event")

	var log wire.List[wire.Decision]
	if err := json.Unmarshal([]byte(run(0, "decisions", "--json")), &log); err != nil {
		t.Fatal(err)
	}
	if len(log.Items) != 4 || log.Items[3].By != "ana" || *log.Items[3].Item != person.ID || *log.Items[2].Item != speaker.ID || log.Items[1].Kind != "note" {
		t.Errorf("the log is %+v", log.Items)
	}
	for _, n := range []string{"4", "2", "1"} {
		run(0, "decide", "undo", n)
	}
	if s := run(0, "timeline", "--json"); s != before {
		t.Error("taken back, the record is another")
	}
	if n := list("").Count; n != all.Count {
		t.Errorf("taken back, %d questions wait, %d before", n, all.Count)
	}
}

// twice are the first letters of several ids.
func twice(items []wire.ReviewItem) string {
	seen := map[string]bool{}
	for _, x := range items {
		if seen[x.ID[:2]] {
			return x.ID[:2]
		}
		seen[x.ID[:2]] = true
	}
	return ""
}
