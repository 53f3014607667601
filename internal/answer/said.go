package answer

import (
	"github.com/readout-news/readout/internal/view"
	"github.com/readout-news/readout/wire"
)

// QuoteItem is one thing said, in all its renderings.
func (a *Answers) QuoteItem(r view.SaidRow) wire.QuoteItem {
	out := wire.QuoteItem{
		ID: r.ID, Path: a.Path(r.ID), Quote: a.StatementItem(r.Quote), Role: opt(r.Role), Segments: segments(r.Text), Differ: r.Differ, Counts: counts(r.Support), Variants: []wire.Rendering{},
	}
	for _, v := range r.Variants {
		x := wire.Rendering{Kind: v.Variant.Kind, Statement: a.StatementItem(v.Quote), Segments: segments(v.Text), Changes: []wire.ChangeText{}, CopyOf: opt(v.CopyOf)}
		if x.Kind == "" {
			x.Kind = "fullest"
		}
		for _, c := range v.Changes {
			x.Changes = append(x.Changes, wire.ChangeText{Fullest: c.Fullest, Variant: c.Variant})
		}
		out.Variants = append(out.Variants, x)
	}
	return out
}

func segments(in []view.Segment) []wire.Segment {
	out := []wire.Segment{}
	for _, s := range in {
		out = append(out, wire.Segment{Text: s.Text, Differs: s.Differs})
	}
	return out
}

// saidRows fill in a list of things said one by one.
func (a *Answers) saidRows(l view.SaidList) Rows[wire.QuoteItem] {
	// Rows asks from the front: what it will ask next is filled in with it.
	const ahead = 50
	var have []view.SaidRow
	from := -1
	return Rows[wire.QuoteItem]{Schema: QuotesSchema, N: l.Len(), ask: a, At: func(i int) wire.QuoteItem {
		if from < 0 || i < from || i >= from+len(have) {
			from, have = i, l.Rows(i, ahead)
		}
		return a.QuoteItem(have[i-from])
	}}
}
