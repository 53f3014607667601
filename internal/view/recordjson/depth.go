package recordjson

import (
	"github.com/readout-news/readout"
	"github.com/readout-news/readout/wire"
)

// inDepth converts positions, commitments, responses, utterances, issues and
// threads.
func (e *Encoder) inDepth(rec *readout.Record, out *wire.Record) {
	for _, x := range rec.Issues {
		out.Issues = append(out.Issues, issue(x))
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
		out.Threads = append(out.Threads, thread(x))
	}
}

func issue(x *readout.Issue) wire.Issue {
	return wire.Issue{ID: x.ID, Name: x.Name, Names: List(x.Names), Positions: List(x.Positions)}
}

func thread(x *readout.Thread) wire.Thread {
	return wire.Thread{ID: x.ID, Title: x.Title, Parties: List(x.Parties), Events: List(x.Events), Reports: List(x.Reports)}
}

func (e *Encoder) position(x *readout.Position) wire.Position {
	return wire.Position{
		ID: x.ID, Party: Opt(x.Party), Addressee: Opt(x.Addressee), Issue: Opt(x.Issue), IssueName: Opt(e.issues[x.Issue]), Stance: string(x.Stance),
		Text: x.Text, Terms: Opt(x.Terms), If: Opt(x.If), Date: e.Date(x.Date), Until: e.Date(x.Until), Speaker: Opt(x.Speaker), Chain: e.chain(x.Chain),
		Evidence: e.evidence(x.Evidence), Statement: Opt(x.Statement), Event: Opt(x.Event), Change: Opt(x.Change), Previous: Opt(x.Previous),
		Uttered: x.Uttered, By: By(x.Evidence.By), Decided: e.Decided(x.ID),
	}
}

func (e *Encoder) commitment(x *readout.Commitment) wire.Commitment {
	out := wire.Commitment{
		ID: x.ID, Party: Opt(x.Party), To: Opt(x.To), Terms: x.Terms, If: Opt(x.If), Made: e.Date(x.Made), Until: e.Date(x.Until), Position: Opt(x.Position),
		Evidence: e.evidence(x.Evidence), Violations: []wire.Violation{}, By: By(x.Evidence.By), Decided: e.Decided(x.ID),
	}
	for _, v := range x.Violations {
		out.Violations = append(out.Violations, wire.Violation{
			Accuser: Opt(v.Accuser), Accused: Opt(v.Accused), Position: Opt(v.Position), Evidence: e.evidence(v.Evidence), DeniedBy: List(v.DeniedBy), By: By(v.Evidence.By),
		})
	}
	return out
}

// response gives about as the contract has it: the id of an event, else that
// of a statement, else the report's words. about_kind tells which.
func (e *Encoder) response(x *readout.Response) wire.Response {
	out := wire.Response{
		ID: x.ID, Party: Opt(x.Party), Kind: string(x.Kind), AboutText: Opt(x.About), To: Opt(x.To), Date: e.Date(x.Date), Chain: e.chain(x.Chain),
		Evidence: e.evidence(x.Evidence), By: By(x.Evidence.By), Decided: e.Decided(x.ID),
	}
	switch {
	case x.Event != "":
		out.About, out.AboutKind = &x.Event, Opt("event")
	case x.Statement != "":
		out.About, out.AboutKind = &x.Statement, Opt("statement")
	case x.About != "":
		out.About, out.AboutKind = &x.About, Opt("text")
	}
	return out
}

// utterance converts the spans of changes: those of the fullest rendering lie
// in its report, the others in the variant's own.
func (e *Encoder) utterance(u *readout.Utterance) wire.Utterance {
	out := wire.Utterance{ID: u.ID, Speaker: Opt(u.Speaker), Variants: []wire.Variant{}}
	for _, v := range u.Variants {
		w := wire.Variant{Statement: v.Statement, Kind: v.Kind, Changes: []wire.WordChange{}}
		for _, c := range v.Changes {
			w.Changes = append(w.Changes, wire.WordChange{Fullest: e.Span(e.said[u.Variants[0].Statement], c.Fullest), Variant: e.Span(e.said[v.Statement], c.Variant)})
		}
		out.Variants = append(out.Variants, w)
	}
	return out
}
