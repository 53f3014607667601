package link

import (
	"cmp"
	"slices"

	"github.com/readout-news/readout/internal/kb"
	"github.com/readout-news/readout/internal/link/published"
	"github.com/readout-news/readout/internal/link/region"
	"github.com/readout-news/readout/internal/nlp"
)

// Options are the settings of a linker. The zero value is that of the record.
type Options struct {
	Most  int // reports of one region; 0: region.Most
	Batch int // reports linked and handed over at once, about; 0: 2000
}

// Linker keeps a record linked while reports come and go, at a cost that
// follows what is new: only the regions (package region) that new reports touch
// are linked again, each by the same rules as a whole record. What regions have
// in common is joined above them: entities by id, events by their sides and
// day, threads by the sides of their events, issues by party and matter,
// utterances by runs of quoted words. Commitments are those of a region.
//
// A region that many reports reach one after another is linked in pieces:
// new reports are a piece by themselves, and pieces of one size are joined when
// there are pieceFan of them, so that each report is linked a few times however
// large its region grows. Close makes one piece of each region. The record of a
// linker that is closed is that of the set of its reports, whatever the order in
// which they came.
//
// A Linker is not safe for concurrent use.
type Linker struct {
	kb     *kb.KB
	redate published.Redate
	opts   Options
	digest *region.Digester

	regions *region.Index
	owner   map[string]*part // by report: the piece that has it
	count   int              // reports of all pieces
	open    map[region.Key]bool
	again   []string          // reports that were put, left out or taken back
	silent  []string          // of those, reports that are and were no part of the record
	orphans []*part           // stood in the record by rules that no longer hold
	wide    *nlp.DeskWide     // what people decided, see Decide
	marks   map[string]string // of the reports that it is about
	who     *registry
	ties    *ties
	lines   *lines
	joins   *joins
	copies  *copier
	stale   []region.Digest // that divide the whole set anew
}

// NewLinker makes a linker without reports. redate, unless nil, dates reports
// that carry no day. The error is that of a damaged lexicon.
func NewLinker(k *kb.KB, redate published.Redate, opts Options) (*Linker, error) {
	opts.Batch = cmp.Or(opts.Batch, 2000)
	g, err := region.NewDigester()
	if err != nil {
		return nil, err
	}
	lines, err := newLines()
	if err != nil {
		return nil, err
	}
	return &Linker{
		kb: k, redate: redate, opts: opts, digest: g, regions: region.New(opts.Most), owner: map[string]*part{},
		open: map[region.Key]bool{}, who: newRegistry(), ties: newTies(), lines: lines, joins: newJoins(), copies: newCopier(),
	}, nil
}

// Put takes in a report that is new or was read anew. The record changes with
// the next Link.
func (l *Linker) Put(doc *nlp.Doc) {
	d := l.digest.Digest(doc)
	l.again = append(l.again, d.ID)
	l.stale = slices.DeleteFunc(l.stale, func(x region.Digest) bool { return x.ID == d.ID }) // it was read anew since
	if !l.regions.Put(d) {
		l.stale = append(l.stale, d)
	}
}

// LeaveOut takes a report out of the record that another has replaced, or back
// in.
func (l *Linker) LeaveOut(id string, out bool) {
	if l.regions.LeaveOut(id, out) {
		l.again = append(l.again, id)
	}
}

// LeftOut are the reports that are left out, sorted.
func (l *Linker) LeftOut() []string { return l.regions.LeftOut() }

// Has reports whether the linker knows a report.
func (l *Linker) Has(id string) bool { return l.regions.Has(id) }

// Len is the number of reports of the record.
func (l *Linker) Len() int { return l.count }

// Open is the number of regions that are linked in pieces.
func (l *Linker) Open() int { return len(l.open) }

// put counts a piece in (sign 1) or out (sign -1).
func (l *Linker) put(p *part, sign int) {
	l.count += sign * len(p.Reports)
	for _, id := range p.Reports {
		if sign > 0 {
			l.owner[id] = p
		} else if l.owner[id] == p {
			delete(l.owner, id)
		}
	}
	for i := range p.Entities {
		l.who.put(&p.Entities[i], sign)
	}
	for _, t := range p.Ties {
		if sign > 0 {
			t.part = p
			l.ties.put(t)
		} else {
			l.ties.drop(t)
		}
	}
	for _, x := range p.Items {
		l.lines.put(x, sign)
	}
	l.joins.put(p, sign)
}
