package recordjson

import (
	"github.com/readout-news/readout"
	"github.com/readout-news/readout/wire"
)

// inDepth converts positions, commitments, responses, utterances, issues and
// threads.
func (e *encoder) inDepth(rec *readout.Record, out *wire.Record) {
	for _, x := range rec.Issues {
		out.Issues = append(out.Issues, wire.Issue{ID: x.ID, Name: x.Name, Names: list(x.Names), Positions: list(x.Positions)})
	}
	for _, x := range rec.Positions {
		out.Positions = append(out.Positions, e.position(x))
	}
	for _, x := range rec.Commitments {
		out.Commitments = append(out.Commitments, e.commitment(x))
	}
	for _, x := range rec.Responses {
		out.Responses = append(out.Responses, e.response(x))
	}
	for _, u := range rec.Utterances {
		out.Utterances = append(out.Utterances, e.utterance(u))
	}
	for _, x := range rec.Threads {
		out.Threads = append(out.Threads, wire.Thread{ID: x.ID, Title: x.Title, Parties: list(x.Parties), Events: list(x.Events), Reports: list(x.Reports)})
	}
}

func (e *encoder) position(x *readout.Position) wire.Position {
	return wire.Position{
		ID: x.ID, Party: opt(x.Party), Addressee: opt(x.Addressee), Issue: opt(x.Issue), IssueName: opt(e.issues[x.Issue]), Stance: string(x.Stance),
		Text: x.Text, Terms: opt(x.Terms), If: opt(x.If), Date: e.date(x.Date), Until: e.date(x.Until), Speaker: opt(x.Speaker), Chain: e.chain(x.Chain),
		Evidence: e.evidence(x.Evidence), Statement: opt(x.Statement), Event: opt(x.Event), Change: opt(x.Change), Previous: opt(x.Previous),
		Uttered: x.Uttered, By: makeBy(x.Evidence.By),
	}
}

func (e *encoder) commitment(x *readout.Commitment) wire.Commitment {
	out := wire.Commitment{
		ID: x.ID, Party: opt(x.Party), To: opt(x.To), Terms: x.Terms, If: opt(x.If), Made: e.date(x.Made), Until: e.date(x.Until), Position: opt(x.Position),
		Evidence: e.evidence(x.Evidence), Violations: []wire.Violation{}, By: makeBy(x.Evidence.By),
	}
	for _, v := range x.Violations {
		out.Violations = append(out.Violations, wire.Violation{
			Accuser: opt(v.Accuser), Accused: opt(v.Accused), Position: opt(v.Position), Evidence: e.evidence(v.Evidence), DeniedBy: list(v.DeniedBy), By: makeBy(v.Evidence.By),
		})
	}
	return out
}

// response gives about as the contract has it: the id of an event, else that
// of a statement, else the report's words. about_kind tells which.
func (e *encoder) response(x *readout.Response) wire.Response {
	out := wire.Response{
		ID: x.ID, Party: opt(x.Party), Kind: string(x.Kind), AboutText: opt(x.About), To: opt(x.To), Date: e.date(x.Date), Chain: e.chain(x.Chain),
		Evidence: e.evidence(x.Evidence), By: makeBy(x.Evidence.By),
	}
	switch {
	case x.Event != "":
		out.About, out.AboutKind = &x.Event, opt("event")
	case x.Statement != "":
		out.About, out.AboutKind = &x.Statement, opt("statement")
	case x.About != "":
		out.About, out.AboutKind = &x.About, opt("text")
	}
	return out
}

// utterance converts the spans of changes: those of the fullest rendering lie
// in its report, the others in the variant's own.
func (e *encoder) utterance(u *readout.Utterance) wire.Utterance {
	out := wire.Utterance{ID: u.ID, Speaker: opt(u.Speaker), Variants: []wire.Variant{}}
	for _, v := range u.Variants {
		w := wire.Variant{Statement: v.Statement, Kind: v.Kind, Changes: []wire.WordChange{}}
		for _, c := range v.Changes {
			w.Changes = append(w.Changes, wire.WordChange{Fullest: e.span(e.said[u.Variants[0].Statement], c.Fullest), Variant: e.span(e.said[v.Statement], c.Variant)})
		}
		out.Variants = append(out.Variants, w)
	}
	return out
}
