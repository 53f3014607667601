package export

import (
	"github.com/readout-news/readout/internal/view/recordjson"
)

// writeRecord prints the record in its own contract.
func writeRecord(j *job) error {
	w, err := j.create("record.json")
	if err != nil {
		return err
	}
	if w.err = recordjson.Stream(w, j.v.Record, j.rec, j.o.Decided); w.err == nil {
		for _, kind := range Kinds {
			if n := j.total(kind); n > 0 {
				j.m.Counts[kind] = n
				w.out.file.Items += n
			}
		}
		if n := len(j.rec.Refusals); n > 0 {
			j.m.Counts["refusal"] = n
			w.out.file.Items += n
		}
	}
	return w.close()
}

// writeLines prints one fact a line.
func writeLines(j *job) error {
	w, err := j.create("record.jsonl")
	if err != nil {
		return err
	}
	for l, err := range recordjson.Lines(j.v.Record, j.rec, j.o.Decided) {
		if err != nil {
			return err
		}
		w.json(l, false)
		w.item()
		j.in(l.Kind)
	}
	return w.close()
}
