package answer

import (
	"hash/fnv"
	"math"
	"slices"
	"time"

	"github.com/readout-news/readout/internal/decide"
	"github.com/readout-news/readout/internal/review"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/view/recordjson"
	"github.com/readout-news/readout/wire"
)

// The schemas of what people decide.
const (
	QueueSchema      = "readout/review/1"
	ReviewItemSchema = "readout/review-item/1"
	DecisionsSchema  = "readout/decisions/1"
	DecidedSchema    = "readout/decided/1"
)

// Queue is what waits, of a kind or all ("").
func (a *Answers) Queue(s review.State, kind review.Kind, taken map[string]store.Lease) Rows[wire.ReviewItem] {
	items := s.Queue.Of(kind)
	out := rows(a, QueueSchema, items, func(x *review.Item) wire.ReviewItem { return a.reviewItem(s, x, taken[x.ID]) })
	ids := make([]string, len(items))
	for i, x := range items {
		ids[i] = x.ID
	}
	out.state = stateOf(ids...)
	return out
}

// stateOf sums what a list follows from besides the revision of the record:
// people decide without making one.
func stateOf(parts ...string) int {
	h := fnv.New32a()
	for _, s := range parts {
		h.Write([]byte(s))
		h.Write([]byte{0})
	}
	return int(h.Sum32() & math.MaxInt32)
}

// ReviewItem is one item; lease is that of another person.
func (a *Answers) ReviewItem(s review.State, x *review.Item, lease store.Lease) (wire.Thing[wire.ReviewItem], error) {
	return thing(a, ReviewItemSchema, a.reviewItem(s, x, lease))
}

func (a *Answers) reviewItem(s review.State, x *review.Item, lease store.Lease) wire.ReviewItem {
	out := wire.ReviewItem{
		ID: x.ID, Kind: string(x.Kind), Question: x.Kind.Words(), Path: "/review/" + x.ID, Why: append([]string{}, x.Why...), Sides: []wire.ReviewSide{}, Fields: []wire.ReviewRow{},
		Field: opt(x.Field), Choices: []wire.ReviewChoice{}, Actions: []wire.ReviewAction{}, Reports: x.Reports, Evidence: x.Evidence, Differ: []wire.Decision{},
	}
	if x.Field != "" {
		out.Value = opt(x.Value)
	}
	for _, side := range x.Sides {
		out.Sides = append(out.Sides, wire.ReviewSide{Kind: string(side.Kind), ID: side.ID, Title: side.Title, Path: opt(a.Path(side.ID)), Evidence: a.passages(side.Evidence)})
	}
	for _, r := range x.Rows {
		row := wire.ReviewRow{Name: r.Name, Values: []*string{}, Differs: r.Differs}
		for _, v := range r.Values {
			row.Values = append(row.Values, opt(v))
		}
		out.Fields = append(out.Fields, row)
	}
	for _, c := range x.Choices {
		out.Choices = append(out.Choices, wire.ReviewChoice(c))
	}
	for _, c := range x.Actions() {
		out.Actions = append(out.Actions, wire.ReviewAction{Do: string(c.Do), Words: c.Words, Does: c.Does})
	}
	if lease.By != "" {
		out.Holder, out.Until = &lease.By, stamp(lease.Until)
	}
	if x.Back != nil {
		out.Back = &x.Back.Seq
	}
	for _, d := range x.Differ {
		out.Differ = append(out.Differ, a.decision(decide.Outcome{Decision: d}))
	}
	return out
}

// Decisions is the log, the newest first.
func (a *Answers) Decisions(s review.State) Rows[wire.Decision] {
	all := slices.Clone(s.Log)
	slices.Reverse(all)
	out := rows(a, DecisionsSchema, all, a.decision)
	out.state = len(all)
	return out
}

// Decided is the answer to who decided.
func (a *Answers) Decided(d decide.Outcome, job string) (wire.Thing[wire.Decided], error) {
	return thing(a, DecidedSchema, wire.Decided{Decision: a.decision(d), Job: opt(job)})
}

func (a *Answers) decision(e decide.Outcome) wire.Decision {
	out := wire.Decision{
		Seq: e.Seq, At: e.At.UTC().Format(time.RFC3339), By: e.By, Kind: string(e.Kind), Words: review.Words(&e.Decision), About: []wire.DecisionTarget{}, Field: opt(e.Field), Before: opt(e.Before), After: opt(e.After),
		Why: opt(e.Why), Item: opt(e.Item), Undoes: number(e.Undoes), UndoneBy: number(e.UndoneBy()), OverruledBy: number(e.OverruledBy()), Changed: e.Back(), Reasons: recordjson.List(e.Reasons), Prev: e.Prev, Hash: e.Hash,
	}
	for _, t := range e.About {
		x := wire.DecisionTarget{Kind: t.Kind, ID: opt(t.ID), Name: opt(t.Name), Now: opt(review.Find(a.View, t)), Evidence: []wire.DecisionAnchor{}}
		for _, y := range t.Evidence {
			x.Evidence = append(x.Evidence, wire.DecisionAnchor{Report: y.Report, ByteStart: y.Span.Start, ByteEnd: y.Span.End, Text: y.Text})
		}
		out.About = append(out.About, x)
	}
	return out
}

func number(n int64) *int64 {
	if n == 0 {
		return nil
	}
	return &n
}
