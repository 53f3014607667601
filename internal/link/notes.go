package link

import (
	"bytes"
	"encoding/binary"
	"encoding/gob"
	"fmt"
	"iter"
	"slices"

	"github.com/readout-news/readout/internal/link/claim"
	"github.com/readout-news/readout/internal/link/event"
	"github.com/readout-news/readout/internal/link/origin"
	"github.com/readout-news/readout/internal/link/position"
	"github.com/readout-news/readout/internal/link/region"
	"github.com/readout-news/readout/internal/link/story"
	"github.com/readout-news/readout/internal/link/utterance"
)

// Version names the rules of linking: a region that was linked by other rules is
// linked anew.
const Version = "1/event" + event.Version + "/claim" + claim.Version + "/position" + position.Version +
	"/origin" + origin.Version + "/story" + story.Version + "/utterance" + utterance.Version

// noted is a part as it is kept: with the note of the first of its reports.
type noted struct {
	Version string
	Key     region.Key
	Part    *part
}

// note fills the notes of a change: for each report its digest and whether it is
// left out, for the first of each region what the linker remembers of it.
func (w *change) note() error {
	for _, id := range w.out.Scope.Reports {
		d, out := w.l.regions.Digest(id)
		packed := d.Append(nil)
		b := binary.AppendUvarint(nil, uint64(len(packed)))
		b = append(b, packed...)
		if out {
			b = append(b, 1)
		} else {
			b = append(b, 0)
		}
		w.out.Notes[id] = b
	}
	for k := range w.linked {
		p := w.l.parts[k]
		var b bytes.Buffer
		b.Write(w.out.Notes[p.Reports[0]])
		if err := gob.NewEncoder(&b).Encode(noted{Version, k, p}); err != nil {
			return fmt.Errorf("note region %s: %w", k, err)
		}
		w.out.Notes[p.Reports[0]] = b.Bytes()
	}
	return nil
}

// Restore takes in the notes of earlier changes, by report, into a linker that
// is new: it then goes on where that of the notes was. What the notes do not
// tell, or tell by other rules, is linked anew by the next Link. An error means
// that they cannot be used: make a new linker and Put every report.
func (l *Linker) Restore(notes iter.Seq2[string, []byte]) error {
	parts := map[string][]byte{} // by first report
	var out []string
	for id, b := range notes {
		n, used := binary.Uvarint(b)
		if used <= 0 || n >= uint64(len(b)-used) {
			return fmt.Errorf("note of report %s: cut short", id)
		}
		d, err := region.Decode(id, b[used:used+int(n)])
		if err != nil {
			return fmt.Errorf("note of report %s: %w", id, err)
		}
		l.regions.Put(d)
		b = b[used+int(n):]
		if b[0] == 1 {
			out = append(out, id)
		}
		if len(b) > 1 {
			parts[id] = bytes.Clone(b[1:])
		}
	}
	for _, id := range out {
		l.regions.LeaveOut(id)
	}
	_, changed := l.regions.Settle()
	for _, r := range changed {
		if len(r.Reports) == 0 {
			continue
		}
		p := restored(parts[r.Reports[0]], r)
		if p == nil {
			l.regions.Touch(r.Reports[0])
			continue
		}
		l.parts[r.Key] = p
		for _, id := range p.Reports {
			l.owner[id] = r.Key
		}
		for i := range p.Entities {
			l.who.put(&p.Entities[i], 1)
		}
		for _, t := range p.Ties {
			t.region = r.Key
			l.ties.put(t)
		}
		for _, x := range p.Items {
			l.lines.put(x, 1)
		}
	}
	l.ties.settle()
	l.lines.settle(l.ties.id)
	l.who.changes()
	return nil
}

// restored is the part that a note holds, nil when it is not that of r.
func restored(b []byte, r region.Region) *part {
	if b == nil {
		return nil
	}
	var n noted
	if err := gob.NewDecoder(bytes.NewReader(b)).Decode(&n); err != nil || n.Version != Version || n.Key != r.Key || n.Part == nil || !slices.Equal(n.Part.Reports, r.Reports) {
		return nil
	}
	return n.Part
}
