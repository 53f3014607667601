package link

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"iter"
	"slices"

	"github.com/readout-news/readout/internal/link/claim"
	"github.com/readout-news/readout/internal/link/event"
	"github.com/readout-news/readout/internal/link/origin"
	"github.com/readout-news/readout/internal/link/packed"
	"github.com/readout-news/readout/internal/link/position"
	"github.com/readout-news/readout/internal/link/region"
	"github.com/readout-news/readout/internal/link/story"
	"github.com/readout-news/readout/internal/link/utterance"
	"github.com/readout-news/readout/internal/nlp"
)

// Version names the rules of linking: a region that was linked by other rules is
// linked anew.
const Version = "2/event" + event.Version + "/claim" + claim.Version + "/position" + position.Version +
	"/origin" + origin.Version + "/story" + story.Version + "/utterance" + utterance.Version

// noted is a piece as it is kept: with the note of the first of its reports.
type noted struct {
	Version string
	Part    *part
}

// note fills the notes of a change: for each report its digest and whether it is
// left out, for the first of each piece what the linker remembers of it.
func (w *change) note() error {
	for _, id := range w.out.Scope.Reports {
		if !w.l.regions.Has(id) { // an earlier piece had it, and nobody has it now
			continue
		}
		d, out := w.l.regions.Digest(id)
		w.out.Notes[id] = append(packed.String(nil, string(d.Append(nil))), packed.Flags(out))
	}
	for p := range w.linked {
		var b bytes.Buffer
		b.Write(w.out.Notes[p.Reports[0]])
		if err := gob.NewEncoder(&b).Encode(noted{Version, p}); err != nil {
			return fmt.Errorf("note what was linked with report %s: %w", p.Reports[0], err)
		}
		w.out.Notes[p.Reports[0]] = b.Bytes()
	}
	return nil
}

// Restore takes in the notes of earlier changes, by report, and what people have
// decided about the things of all reports (nil nothing) into a linker that is new:
// it then goes on where that of the notes was. What was linked by other rules is
// linked anew by the next Link. It returns the reports that have to be Put again,
// since their notes cannot be read.
func (l *Linker) Restore(notes iter.Seq2[string, []byte], wide *nlp.DeskWide) (unread []string) {
	l.wide, l.ties.wide = wide, wide
	var parts []noted
	for id, b := range notes {
		rest, out, ok := l.known(id, b)
		if !ok {
			unread = append(unread, id)
		}
		if out {
			l.regions.LeaveOut(id, true)
		}
		if len(rest) == 0 {
			continue
		}
		var n noted
		if err := gob.NewDecoder(bytes.NewReader(rest)).Decode(&n); err == nil && n.Part != nil && len(n.Part.Reports) > 0 {
			parts = append(parts, n)
		}
	}
	l.again = nil
	_, changed := l.regions.Settle()
	l.ties.divided = l.regions.Divided()
	in := map[string]region.Key{}
	for _, r := range changed {
		for _, id := range r.Reports {
			in[id] = r.Key
		}
	}
	var outdated []*part
	for _, n := range parts {
		p := n.Part
		at, fits := in[p.Reports[0]]
		fits = fits && n.Version == Version && p.sound() && !slices.ContainsFunc(p.Reports, func(id string) bool { return in[id] != at })
		twice := slices.ContainsFunc(p.Reports, func(id string) bool { return l.owner[id] != nil })
		if !fits || twice {
			p.alone()
			l.orphans = append(l.orphans, p)
		}
		if twice { // only one of the two can have stood in the record
			continue
		}
		if l.put(p, 1); !fits {
			outdated = append(outdated, p)
		}
	}
	l.ties.settle()
	l.lines.settle(l.ties.id)
	l.who.changes()
	if err := l.joins.settle(len(l.orphans) == 0); err != nil {
		panic(err) // what cannot be read is among the orphans
	}
	// What they gave to the record is known now, so that the next change can take it
	// out.
	for _, p := range outdated {
		l.put(p, -1)
	}
	for _, r := range changed {
		pieces := map[*part]bool{}
		for _, id := range r.Reports {
			pieces[l.owner[id]] = true
		}
		switch {
		case pieces[nil]:
			l.regions.Touch(r.Reports[0])
		case len(pieces) > 1:
			l.open[r.Key] = true
		}
	}
	return unread
}

// sound reports whether all that is kept of a piece can be read.
func (p *part) sound() bool {
	return !slices.ContainsFunc(p.Matters, func(u *position.Unit) bool { return u.Err() != nil }) &&
		!slices.ContainsFunc(p.Sayings, func(u *utterance.Unit) bool { return u.Err() != nil })
}

// alone makes a piece that goes one that can be looked at by the rules of today.
// What is joined with others is taken out: how it was joined nobody can tell. Its
// ids stay, by which it may stand in the record.
func (p *part) alone() {
	for _, u := range p.Matters {
		p.Issues = append(p.Issues, u.ID)
	}
	for _, u := range p.Sayings {
		p.Utterances = append(p.Utterances, u.IDs()...)
	}
	p.Matters, p.Sayings = nil, nil
	p.Ties = slices.DeleteFunc(p.Ties, func(t *tie) bool { return t.Event == nil })
}

// known puts the digest of a note; rest is what follows it.
func (l *Linker) known(id string, b []byte) (rest []byte, out, ok bool) {
	r := packed.Read(b)
	digest := r.String()
	r.Flags(&out)
	d, err := region.Decode(id, []byte(digest))
	if r.Err() != nil || err != nil {
		return r.Rest(), false, false
	}
	l.regions.Put(d)
	return r.Rest(), out, true
}
