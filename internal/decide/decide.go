// Package decide makes what people decided outrank what is read.
//
// In: the log of decisions (readout.Decision). New finds which of them hold: an
// undo takes another back, also another undo; of two that contradict each other
// the later holds. What holds is anchored by sentences: each decision names the
// places in reports on which it rests, and is found again there when the thing
// has another id, when other annotators have read the report, and in a newer
// version of the article by the words of the sentence.
//
// Out: Apply puts the decisions about a report into its document before it is
// linked: corrected values in the layers, and an nlp.Desk with the groups of
// mentions that are one event or entity and those that are not. All that package
// link draws from the documents follows. Outcomes says of each decision whether
// it is in force, was undone, was overruled by a later one, or rests on what is
// not there any more and goes back to review. Nothing is dropped: the log stays,
// and a decision whose sentence comes back is in force again.
//
// The verbs (Same, Different, Correct, …) make decisions about the things of a
// record, with the sentences of each; see verbs.go. The package reads no
// language and writes nothing.
package decide

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/kb"
	"github.com/readout-news/readout/internal/link/entity"
	"github.com/readout-news/readout/internal/link/published"
	"github.com/readout-news/readout/internal/nlp"
)

// By is who read what people corrected; the rule names the field.
func by(field string) readout.By {
	return readout.By{Annotator: "desk", Version: "1", Rule: "desk/" + field}
}

// Find says where the words of an anchor are: in the report that it names and in
// other versions of its article. now is the one of them that stands in the
// record; -1 when none does, and why says the reason.
type Find func(a readout.Anchor) (at []readout.Anchor, now int, why string)

// Options are the settings of New. The zero value is usable.
type Options struct {
	Find   Find             // nil: each is in the report that it names
	Redate published.Redate // reads time expressions anew where a day of publication is corrected; nil: they stay
	KB     *kb.KB           // ids of lists name an entity before others; nil: none
}

// Desk is a log of decisions with what follows from it. It is read-only and safe
// for concurrent use; a nil Desk decides nothing.
type Desk struct {
	list    []readout.Decision
	undone  map[int64]int64 // Seq → of the undo
	lost    map[int64]int64 // Seq → of the later decision that outranks it
	review  map[int64][]string
	unknown map[int64]bool     // this version cannot carry it out
	about   map[int64][]target // of those that hold
	wide    *nlp.DeskWide
	orders  map[string][]*order // by report
	redate  published.Redate
}

// order is what to do in one report.
type order struct {
	Kind   string // of the target
	Place  readout.Anchor
	Group  string // that the thing is put in; "" none
	Do     readout.DecisionKind
	Field  string
	Value  string
	Out    bool // a participant is taken out
	Entity *entityRef
	Rank   int64
	Now    bool // the place stands in the record, not in a version that was replaced

	seqs []int64 // of the decisions that it carries out
}

// entityRef is the entity that a value names.
type entityRef struct {
	Name, Group string
}

// New finds what follows from a log, which begins with its first decision.
func New(list []readout.Decision, opts Options) *Desk {
	c := &compiler{
		desk: &Desk{
			list: list, undone: takenBack(list), lost: map[int64]int64{}, review: map[int64][]string{}, unknown: map[int64]bool{},
			orders: map[string][]*order{}, redate: opts.Redate,
		},
		find: opts.Find, kb: opts.KB, same: newUnion(), at: map[string]*node{}, values: map[string]*order{}, parts: map[string][]part{},
	}
	if c.find == nil {
		c.find = func(a readout.Anchor) ([]readout.Anchor, int, string) { return []readout.Anchor{a}, 0, "" }
	}
	c.resolve()
	c.identity()
	c.corrections()
	c.finish()
	c.desk.about = c.targets
	return c.desk
}

// takenBack tells which decisions of a log were taken back, and by which: an undo
// takes another back, also another undo, unless it was itself.
func takenBack(list []readout.Decision) map[int64]int64 {
	out := map[int64]int64{}
	for i := len(list) - 1; i >= 0; i-- {
		x := &list[i]
		if x.Kind == readout.DecideUndo && out[x.Seq] == 0 && out[x.Undoes] == 0 {
			out[x.Undoes] = x.Seq
		}
	}
	return out
}

// compiler makes a Desk.
type compiler struct {
	desk    *Desk
	find    Find
	kb      *kb.KB
	targets map[int64][]target
	same    *union
	at      map[string]*node
	values  map[string]*order // what has a value already, by place and field
	parts   map[string][]part // by place: of merges, also of those that were taken back, in order
	all     []*order
	renames []rename
}

// target is a readout.Target with its places.
type target struct {
	*readout.Target
	places []place
}

type place struct {
	readout.Anchor
	now bool
}

// node is a mention that a decision puts into a group.
type node struct {
	kind  string
	place place
	seqs  []int64
}

// part is one of the things of a merge.
type part struct {
	seq int64 // of the merge
	i   int   // into its About
	id  string
}

// rename is another name or type of an entity.
type rename struct {
	of           string // a name of its group
	field, value string
	seq          int64
}

// holds goes through the decisions that were not taken back, the last first.
func (c *compiler) holds(f func(d *readout.Decision, about []target)) {
	list := c.desk.list
	for i := len(list) - 1; i >= 0; i-- {
		if d := &list[i]; c.desk.undone[d.Seq] == 0 && d.Kind != readout.DecideUndo && d.Kind != readout.DecideNote {
			f(d, c.targets[d.Seq])
		}
	}
}

// resolve finds the places of all decisions that hold, and of all merges.
func (c *compiler) resolve() {
	c.targets = map[int64][]target{}
	c.holds(func(d *readout.Decision, _ []target) {
		c.targets[d.Seq] = c.found(d)
	})
	for i := range c.desk.list {
		d := &c.desk.list[i]
		if d.Kind != readout.DecideSame {
			continue
		}
		about := c.targets[d.Seq]
		if c.desk.undone[d.Seq] != 0 {
			about = c.found(d)
		}
		for k, t := range about {
			for _, p := range t.places {
				n := spot(t.Kind, p.Anchor)
				c.parts[n] = append(c.parts[n], part{d.Seq, k, t.ID})
			}
		}
	}
}

// found are the things that a decision is about with their places.
func (c *compiler) found(d *readout.Decision) (about []target) {
	for i := range d.About {
		t := target{Target: &d.About[i]}
		anchors := t.Evidence
		if t.Kind == "report" && len(anchors) == 0 {
			anchors = []readout.Anchor{{Evidence: readout.Evidence{Report: t.ID}}}
		}
		for _, a := range anchors {
			at, now, why := c.find(a)
			for k, x := range at {
				t.places = append(t.places, place{x, k == now})
			}
			if now < 0 {
				c.desk.review[d.Seq] = append(c.desk.review[d.Seq], why)
			}
		}
		about = append(about, t)
	}
	return about
}

// spot names a place of a kind of things.
func spot(kind string, a readout.Anchor) string {
	s := a.Trigger
	if s.Empty() || kind == "entity" {
		s = a.Span
	}
	return fmt.Sprintf("%s %s:%d-%d", kind, a.Report, s.Start, s.End)
}

// grouped are the kinds of things of which several mentions are one.
func grouped(kind string) bool { return kind == "event" || kind == "entity" }

// nodes are the names of the places of a target, and of its id where ids stand
// for entities in the reports in which nobody decided anything.
func (c *compiler) nodes(t target, seq int64, id bool) []string {
	var out []string
	for _, p := range t.places {
		n := spot(t.Kind, p.Anchor)
		x := c.at[n]
		if x == nil {
			x = &node{kind: t.Kind, place: p}
			c.at[n] = x
		}
		if !slices.Contains(x.seqs, seq) {
			x.seqs = append(x.seqs, seq)
		}
		if !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	if id && t.Kind == "entity" && t.ID != "" {
		out = append(out, "#"+t.ID)
	}
	return out
}

// identity makes groups of what is one and keeps apart what is not, the last
// decision first: what it leaves no room for is overruled.
func (c *compiler) identity() {
	c.holds(func(d *readout.Decision, about []target) {
		switch d.Kind {
		case readout.DecideSame:
			var all []string
			joined, failed := 0, int64(0)
			for _, t := range about {
				if !grouped(t.Kind) {
					continue
				}
				own := c.whole(t, d.Seq, true)
				for _, n := range own {
					if len(all) == 0 {
						break
					}
					if by := c.same.join(all[0], n, d.Seq); by != 0 {
						failed = by
					} else if !strings.HasPrefix(n, "#") { // an id is no sentence
						joined++
					}
				}
				all = append(all, own...)
			}
			if failed != 0 && joined == 0 {
				c.desk.lost[d.Seq] = failed
			}
		case readout.DecideDifferent:
			// Parts of one that was divided have its id: the first keeps it, unless
			// it had another before a merge, and another part this one.
			keeps := 0
			if had := c.had(about[0], d.Seq); len(had) > 0 && !had[about[0].ID] {
				keeps = max(0, slices.IndexFunc(about, func(t target) bool { return t.ID == about[0].ID && c.had(t, d.Seq)[t.ID] }))
			}
			var parts [][]string
			for i, t := range about {
				if !grouped(t.Kind) {
					continue
				}
				id := i == keeps || t.ID != about[0].ID
				var of []string
				for _, p := range c.unmerged(t, d.Seq, true) {
					if own := c.whole(p, d.Seq, id); len(own) > 0 {
						of = append(of, own[0])
					}
				}
				parts = append(parts, of)
			}
			failed, done := int64(0), 0
			for i := range parts {
				for _, b := range slices.Concat(parts[:i]...) {
					for _, a := range parts[i] {
						if by := c.same.part(a, b, d.Seq); by != 0 {
							failed = by
						} else {
							done++
						}
					}
				}
			}
			if failed != 0 && done == 0 {
				c.desk.lost[d.Seq] = failed
			}
		case readout.DecideCorrect, readout.DecideConfirm:
			// What has one value is one; and so is who is named as a value.
			for i, t := range about {
				if !grouped(t.Kind) {
					continue
				}
				parts := c.unmerged(t, d.Seq, false)
				if i > 0 {
					parts = parts[:1]
				}
				for _, p := range parts {
					c.whole(p, d.Seq, true)
				}
			}
		}
	})
}

// unmerged is a target as it was without merges that were in force when it was
// decided on and were taken back since: what they had merged, each alone, the one
// that has the id of the target first. Places that came to it later are left out,
// for whose they are is not known; with all, it stays whole then.
func (c *compiler) unmerged(t target, seq int64, all bool) []target {
	held := c.heldAt(seq)
	of := map[part][]place{}
	several := map[part]bool{} // merged by an earlier one themselves
	n := 0
	for _, p := range t.places {
		first := true
		for _, x := range c.parts[spot(t.Kind, p.Anchor)] {
			switch {
			case c.desk.undone[x.seq] == 0 || !held(x):
				continue
			case first:
				of[x] = append(of[x], p)
				n++
			default:
				several[x] = true
			}
			first = false
		}
	}
	if n == 0 || all && n < len(t.places) {
		return []target{t}
	}
	var out []target
	for _, x := range slices.SortedFunc(maps.Keys(of), func(a, b part) int { return cmp.Or(cmp.Compare(a.seq, b.seq), cmp.Compare(a.i, b.i)) }) {
		own := *t.Target
		own.ID = x.id
		switch p := (target{&own, of[x]}); {
		case several[x]:
		case x.id == t.ID:
			out = slices.Insert(out, 0, p)
		default:
			out = append(out, p)
		}
	}
	return out
}

// had are the ids that the places of a target had before merges that were in
// force when it was decided on.
func (c *compiler) had(t target, seq int64) map[string]bool {
	held, ids := c.heldAt(seq), map[string]bool{}
	for _, p := range t.places {
		for _, x := range c.parts[spot(t.Kind, p.Anchor)] {
			if held(x) {
				ids[x.id] = true
			}
		}
	}
	return ids
}

// heldAt tells of merges whether they were in force at a decision.
func (c *compiler) heldAt(seq int64) func(part) bool {
	var then map[int64]int64
	return func(x part) bool {
		if x.seq < seq && then == nil {
			then = takenBack(c.desk.list[:seq-1])
		}
		return x.seq < seq && then[x.seq] == 0
	}
}

// whole makes the places of a target one, as far as later decisions let it.
func (c *compiler) whole(t target, seq int64, id bool) []string {
	own := c.nodes(t, seq, id)
	for _, n := range own {
		c.same.join(own[0], n, seq)
	}
	return own
}

// corrections give each place the last value of each field.
func (c *compiler) corrections() {
	c.holds(func(d *readout.Decision, about []target) {
		confirmed := d.Kind == readout.DecideConfirm
		if d.Kind != readout.DecideCorrect && d.Kind != readout.DecideWithdraw && !confirmed || len(about) == 0 {
			return
		}
		t := about[0]
		field := d.Field // of a claim that is withdrawn its attribute
		if t.Kind == "entity" && (field == "name" || field == "type") {
			if n := c.member(c.unmerged(t, d.Seq, false)[0], d.Seq); n != "" && d.After != "" {
				c.renames = append(c.renames, rename{n, field, d.After, d.Seq})
			}
			return
		}
		if d.Kind == readout.DecideCorrect && !known(t.Kind, field) {
			c.desk.review[d.Seq] = append(c.desk.review[d.Seq], fmt.Sprintf("%s of %s cannot be corrected by this version", field, t.Kind))
			c.desk.unknown[d.Seq] = true
			return
		}
		var who *entityRef
		for _, e := range about[1:] {
			if e.Kind == "entity" {
				who = &entityRef{Name: e.Name, Group: c.member(c.unmerged(e, d.Seq, false)[0], d.Seq)}
			}
		}
		base, role, _ := strings.Cut(field, ":")
		if t.Kind == "claim" {
			base = field // attributes have colons of their own
		}
		done, failed := 0, int64(0)
		for _, p := range t.places {
			o := &order{Kind: t.Kind, Place: p.Anchor, Do: d.Kind, Field: base, Value: d.After, Entity: who, Rank: d.Seq, Now: p.now, seqs: []int64{d.Seq}}
			key := spot(t.Kind, p.Anchor) + "\x00" + base
			if base == "participant" {
				o.Value, o.Out = cmp.Or(role, "participant"), d.After == ""
				if who == nil {
					o.Entity = &entityRef{Name: cmp.Or(d.After, d.Before)}
				}
				key += "\x00" + c.whose(o.Entity)
			}
			if who == nil && o.Entity == nil && entityField(t.Kind, base) && d.After != "" {
				o.Entity = &entityRef{Name: d.After}
			}
			if old := c.values[key]; old != nil {
				if old.Do == o.Do && old.Value == o.Value && old.Out == o.Out && c.agree(old.Entity, o.Entity) {
					old.seqs = append(old.seqs, d.Seq)
					done++
				} else {
					failed = old.seqs[0]
				}
				continue
			}
			c.values[key] = o
			c.all = append(c.all, o)
			done++
		}
		if done == 0 && failed != 0 {
			c.desk.lost[d.Seq] = failed
		}
	})
}

// member is a name of the group of a target.
func (c *compiler) member(t target, seq int64) string {
	if n := c.nodes(t, seq, true); len(n) > 0 {
		return n[0]
	}
	return ""
}

// whose tells entities apart: by group, for namesakes are two; by name where none
// is known.
func (c *compiler) whose(e *entityRef) string {
	if e.Group != "" {
		return c.same.root(e.Group)
	}
	return e.Name
}

// agree reports whether two values name one entity, as far as both say.
func (c *compiler) agree(a, b *entityRef) bool {
	if a == nil || b == nil || a.Group == "" || b.Group == "" {
		return true // of one name
	}
	return c.whose(a) == c.whose(b)
}

// finish names the groups and hands the orders to their reports.
func (c *compiler) finish() {
	d := c.desk
	w := &nlp.DeskWide{Apart: map[string]map[string]bool{}, ID: map[string]string{}, Is: map[string]string{}, Name: map[string]string{}, Type: map[string]readout.EntityType{}}
	in := map[string][]string{} // by root
	for _, n := range slices.Sorted(maps.Keys(c.same.up)) {
		r := c.same.root(n)
		in[r] = append(in[r], n)
	}
	for n := range c.at {
		if _, ok := c.same.up[n]; !ok {
			in[n] = []string{n}
		}
	}
	name := map[string]string{} // of roots
	lists := c.listed(in)
	for r, nodes := range in {
		var ids []string
		for _, n := range nodes {
			if id, ok := strings.CutPrefix(n, "#"); ok {
				ids = append(ids, id)
			} else if name[r] == "" || n < name[r] {
				name[r] = n
			}
		}
		if name[r] == "" { // an id alone
			name[r] = nodes[0]
		}
		if strings.HasPrefix(name[r], "event ") {
			continue
		}
		slices.SortFunc(ids, func(a, b string) int {
			x, y := 1, 1
			if lists[a] {
				x = 0
			}
			if lists[b] {
				y = 0
			}
			return cmp.Or(cmp.Compare(x, y), cmp.Compare(a, b))
		})
		id := DeskID(name[r])
		if len(ids) > 0 {
			id = ids[0]
		}
		w.ID[name[r]] = id
		for _, x := range ids {
			if x != id {
				w.Is[x] = id
			}
		}
	}
	for a, to := range c.same.apart {
		for b := range to {
			x, y := name[a], name[b]
			if w.Apart[x] == nil {
				w.Apart[x] = map[string]bool{}
			}
			w.Apart[x][y] = true
		}
	}
	won := map[string]int64{} // id and field → the last decision
	for _, r := range c.renames {
		id := w.ID[name[c.same.root(r.of)]]
		key := id + r.field
		if won[key] != 0 {
			d.lost[r.seq] = won[key]
			continue
		}
		won[key] = r.seq
		if r.field == "name" {
			w.Name[id] = r.value
		} else {
			w.Type[id] = readout.EntityType(r.value)
		}
	}
	for n, x := range c.at {
		c.all = append(c.all, &order{Kind: x.kind, Place: x.place.Anchor, Group: name[c.same.root(n)], Do: readout.DecideSame, Now: x.place.now, seqs: x.seqs})
	}
	for _, o := range c.all {
		if o.Entity != nil && o.Entity.Group != "" {
			e := *o.Entity
			e.Group = name[c.same.root(e.Group)]
			o.Entity = &e
		}
		d.orders[o.Place.Report] = append(d.orders[o.Place.Report], o)
	}
	for _, list := range d.orders {
		slices.SortFunc(list, func(a, b *order) int {
			return cmp.Or(cmp.Compare(rankOf(a), rankOf(b)), cmp.Compare(a.Kind, b.Kind), a.Place.Span.Compare(b.Place.Span), a.Place.Trigger.Compare(b.Place.Trigger),
				cmp.Compare(a.Group, b.Group), cmp.Compare(a.Field, b.Field), cmp.Compare(a.Rank, b.Rank))
		})
	}
	d.wide = w
}

// rankOf is the order in which a document is changed: the day of publication
// first, since it changes what days are read; then who is who.
func rankOf(o *order) int {
	switch {
	case o.Kind == "report":
		return 0
	case o.Group != "" && o.Kind == "entity":
		return 1
	case o.Group != "":
		return 2
	}
	return 3
}

// listed tells which of the ids are of entries of the lists.
func (c *compiler) listed(in map[string][]string) map[string]bool {
	out := map[string]bool{}
	several := false
	for _, nodes := range in {
		n := 0
		for _, x := range nodes {
			if strings.HasPrefix(x, "#") {
				n++
			}
		}
		several = several || n > 1
	}
	if c.kb == nil || !several {
		return out
	}
	for _, e := range c.kb.Entries() {
		class := "thing"
		if e.Type == kb.Person {
			class = "person"
		}
		out[entity.ID(class, e.Key)] = true
	}
	return out
}

// DeskID is the id of an entity that people took out of another, by the name of
// its group.
func DeskID(group string) string {
	h := sha256.Sum256([]byte("desk\x00" + group))
	return "e" + hex.EncodeToString(h[:8])
}

// known reports whether a field of a kind can be corrected.
func known(kind, field string) bool {
	base, _, _ := strings.Cut(field, ":")
	return slices.Contains(Fields[kind], base)
}

// Fields are the fields of each kind that can be corrected. A participant may
// have its role behind a colon, "participant:agent".
var Fields = map[string][]string{
	"event":      {"date", "type", "mode", "status", "place", "participant"},
	"entity":     {"name", "type"},
	"statement":  {"speaker", "addressee"},
	"position":   {"party", "addressee", "stance"},
	"commitment": {"made", "until"},
	"response":   {"party", "kind"},
	"timex":      {"value"},
	"report":     {"published"},
}

// entityField reports whether a field names an entity.
func entityField(kind, field string) bool {
	switch field {
	case "place", "participant":
		return kind == "event"
	case "speaker", "addressee", "party":
		return true
	}
	return false
}
