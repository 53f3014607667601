// Package response makes the answers of the record from those of each report:
// the party as an entity, what is answered as an event or a statement of the
// record, through whom the report has it, and when it was given.
//
// In go annotated reports sorted by Report.ID, the entities of their chains
// and the events of their mentions; out come responses sorted by report and
// place. Nothing is joined across reports: each report's words are evidence of
// their own.
//
// An answer that names what it answers is about that and nothing else. One
// that does not ("declined to comment") is about the matter of its report:
// the event that the report opens with and comes back to, and none when that
// is open. A party that is several ("both") is the group where the record has
// one, with its members in Entity.Members, else each of them has a response.
//
// Confirming does not make an event true; the status of events is not
// touched here.
package response

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/link/event"
	"github.com/readout-news/readout/internal/link/statement"
	"github.com/readout-news/readout/internal/nlp"
)

// Version rises when output can change.
const Version = "1"

// Link makes the responses of all docs; d in ents and evs indexes docs.
func Link(docs []*nlp.Doc, ents statement.Entities, evs *event.Links) []*readout.Response {
	var out []*readout.Response
	for d, doc := range docs {
		if len(doc.Responses) == 0 {
			continue
		}
		v := statement.NewVoices(doc, d, ents)
		matter := matterOf(doc, evs.OfMention[d])
		for i := range doc.Responses {
			r := &doc.Responses[i]
			x := &readout.Response{
				Party: v.Entity(r.Party), Kind: r.Kind,
				Statement: v.ID(r.AboutSaid), About: doc.Text(r.About), To: v.Entity(r.To),
				Date:     date(doc, v, r),
				Evidence: readout.Evidence{Report: doc.Report.ID, Span: r.Span, By: r.By},
			}
			switch {
			case r.AboutEvent != nlp.None:
				x.Event = eventID(evs, evs.OfMention[d][r.AboutEvent])
				if x.Event == "" && answersMatter[r.Kind] && matter != event.None && ofMatter(doc, v, r.AboutEvent, x.Party, evs.Events[matter]) {
					// "declined to say how often they had spoken"
					x.Event = evs.Events[matter].ID
				}
			case x.About == "" && x.Statement == "" && answersMatter[r.Kind] && (r.Kind != readout.Declines || strings.Contains(doc.Text(r.Cue), "comment")):
				// "Declined to elaborate" is about what was said last instead.
				x.Event = eventID(evs, matter)
			}
			first := readout.ChainLink{Entity: x.Party, Text: doc.Text(r.Who), Cue: &readout.Evidence{Report: doc.Report.ID, Span: r.Cue, By: r.By}}
			if first.Text == "" && r.Party != nlp.None {
				first.Text = doc.Chains[r.Party].Name
			}
			x.Chain = v.Chain(first, r.Attribution)
			x.ID = id(x, r)
			out = append(out, x)
		}
	}
	slices.SortFunc(out, func(a, b *readout.Response) int {
		return cmp.Or(cmp.Compare(a.Evidence.Report, b.Evidence.Report), a.Evidence.Span.Compare(b.Evidence.Span), cmp.Compare(a.ID, b.ID))
	})
	return slices.CompactFunc(out, func(a, b *readout.Response) bool { return a.ID == b.ID })
}

// answersMatter are the kinds of answers that newsrooms print without saying
// what was asked.
var answersMatter = map[readout.ResponseKind]bool{
	readout.Declines: true, readout.NoAnswer: true, readout.Unavailable: true, readout.Neither: true,
}

// id is derived from the report, the cue and the party, so that re-reading
// names the same response the same.
func id(x *readout.Response, r *nlp.Response) string {
	h := sha256.New()
	fmt.Fprintf(h, "response\x00%s\x00%d-%d\x00%d-%d\x00%s", x.Evidence.Report, r.Cue.Start, r.Cue.End, r.Who.Start, r.Who.End, x.Party)
	return "a" + hex.EncodeToString(h.Sum(nil)[:8])
}

func eventID(evs *event.Links, i int) string {
	if i == event.None {
		return ""
	}
	return evs.Events[i].ID
}

// date is the day of the response's own time expression, else the day its
// statement was spoken.
func date(doc *nlp.Doc, v *statement.Voices, r *nlp.Response) *readout.Date {
	if r.Time == nlp.None {
		return v.Date(r.Attribution)
	}
	x := &doc.Timexes[r.Time]
	d, ok := statement.ResolvedDate(x)
	if !ok {
		return nil
	}
	d.Expression = &readout.Evidence{Report: doc.Report.ID, Span: x.Span, By: x.By}
	return &d
}

// ofMatter reports whether event mention m, which is no event of its own, tells
// of contacts of the parties of e: all it names took part in e, and with the
// party that answers they are two.
func ofMatter(doc *nlp.Doc, v *statement.Voices, m int, party string, e *readout.Event) bool {
	tookPart := func(who string) bool {
		return who != "" && slices.ContainsFunc(e.Participants, func(p readout.Participant) bool { return p.Entity == who })
	}
	var found []string
	if tookPart(party) {
		found = append(found, party)
	}
	for _, a := range doc.Events[m].Args {
		if a.Role == "topic" || a.Mention == nlp.None {
			continue
		}
		who := v.Entity(doc.Mentions[a.Mention].Chain)
		if !tookPart(who) {
			return false
		}
		if !slices.Contains(found, who) {
			found = append(found, who)
		}
	}
	return len(found) > 1 && doc.Events[m].Type == e.Type
}

// matterMentions is how often a report must tell of the event it opens with
// for an unexplained "declined to comment" to be about it.
const matterMentions = 2

// matterOf is the event that the first sentence of doc, or what stands before
// it, tells of, the one that doc tells of most when there are several; None
// when doc does not come back to it or two are told as often.
func matterOf(doc *nlp.Doc, of []int) int {
	counts := map[int]int{}
	opens := map[int]bool{}
	for i, e := range of {
		if e == event.None {
			continue
		}
		counts[e]++
		if doc.Events[i].Sent <= firstSentence(doc) {
			opens[e] = true
		}
	}
	best, n, tied := event.None, 0, false
	for _, e := range of { // in the order of the text
		if !opens[e] || e == best {
			continue
		}
		switch c := counts[e]; {
		case c > n:
			best, n, tied = e, c, false
		case c == n:
			tied = true
		}
	}
	if tied || n < matterMentions {
		return event.None
	}
	return best
}

// firstSentence is the first sentence of running text.
func firstSentence(doc *nlp.Doc) int {
	for s := range doc.Sentences {
		if doc.Sentences[s].Noise == "" {
			return s
		}
	}
	return 0
}
