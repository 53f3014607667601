package link

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/link/event"
	"github.com/readout-news/readout/internal/nlp"
)

// Decide tells the linker what people decided now: what holds for the things of
// all reports (nil nothing) and a mark for each report in which something is
// decided, another when that is something else. It returns the reports that were
// linked with another mark and have to be Put again with their documents. The
// documents that Load gives and that are Put have to be of the same decisions.
func (l *Linker) Decide(wide *nlp.DeskWide, marks map[string]string) (again []string) {
	l.wide, l.marks, l.ties.wide = wide, marks, wide
	seen := map[*part]bool{}
	was := map[string]string{}
	for _, p := range l.owner {
		if seen[p] {
			continue
		}
		seen[p] = true
		maps.Copy(was, p.Desk)
		if wideMark(wide, p) != p.Wide {
			l.regions.Touch(p.Reports[0])
			l.again = append(l.again, p.Reports[0])
		}
	}
	for id, m := range marks {
		if l.owner[id] != nil && was[id] != m {
			again = append(again, id)
		}
	}
	for id := range was {
		if marks[id] == "" {
			again = append(again, id)
		}
	}
	slices.Sort(again)
	return again
}

// decided notes in p what people decided about its reports and entities.
func (l *Linker) decided(p *part) {
	for _, id := range p.Reports {
		if m := l.marks[id]; m != "" {
			if p.Desk == nil {
				p.Desk = map[string]string{}
			}
			p.Desk[id] = m
		}
	}
	p.Wide = wideMark(l.wide, p)
}

// wideMark sums what of wide is about entities of p; "" is nothing.
func wideMark(wide *nlp.DeskWide, p *part) string {
	if wide == nil || len(wide.Is)+len(wide.Name)+len(wide.Type) == 0 {
		return ""
	}
	in := map[string]bool{}
	for i := range p.Entities {
		in[p.Entities[i].ID] = true
	}
	var rows []string
	for from, to := range wide.Is {
		if in[from] || in[to] {
			rows = append(rows, "is "+from+" "+to)
		}
	}
	for id, name := range wide.Name {
		if in[id] {
			rows = append(rows, "name "+id+" "+name)
		}
	}
	for id, t := range wide.Type {
		if in[id] {
			rows = append(rows, "type "+id+" "+string(t))
		}
	}
	if len(rows) == 0 {
		return ""
	}
	slices.Sort(rows)
	h := sha256.Sum256([]byte(strings.Join(rows, "\n")))
	return hex.EncodeToString(h[:8])
}

// groupsOf are the groups that people put the mentions of each event into.
func groupsOf(docs []*nlp.Doc, evs *event.Links) map[string][]string {
	var out map[string][]string
	for d, doc := range docs {
		if doc.Desk == nil {
			continue
		}
		for i, x := range doc.Desk.Events {
			n := evs.OfMention[d][i]
			if n == event.None {
				continue
			}
			id := evs.Events[n].ID
			for _, g := range x.Groups {
				if !slices.Contains(out[id], g) {
					if out == nil {
						out = map[string][]string{}
					}
					out[id] = append(out[id], g)
				}
			}
		}
	}
	for _, list := range out {
		slices.Sort(list)
	}
	return out
}

// loneKey is the block of an event that no key but what people decided ties to
// others.
func loneKey(e *readout.Event) string { return "desk\x00" + e.ID }

// lone reports whether a key is one of loneKey.
func lone(key string) bool { return strings.HasPrefix(key, "desk\x00") }

// around adds the blocks to those that are dirty in which events of a group have
// mentions that the dirty ones have, too.
func (t *ties) around() {
	next := slices.Collect(maps.Keys(t.dirty))
	for len(next) > 0 {
		key := next[len(next)-1]
		next = next[:len(next)-1]
		for _, x := range t.blocks[key] {
			for _, g := range x.Groups {
				for _, y := range t.byGroup[g] {
					if !t.dirty[y.Key] {
						t.dirty[y.Key] = true
						next = append(next, y.Key)
					}
				}
			}
		}
	}
}

// sets divides the dirty blocks: those that share a group are of one set.
func (t *ties) sets() [][]string {
	var out [][]string
	seen := map[string]bool{}
	for _, key := range slices.Sorted(maps.Keys(t.dirty)) {
		if seen[key] {
			continue
		}
		seen[key] = true
		set := []string{key}
		for i := 0; i < len(set); i++ {
			for _, x := range t.blocks[set[i]] {
				for _, g := range x.Groups {
					for _, y := range t.byGroup[g] {
						if !seen[y.Key] {
							seen[y.Key] = true
							set = append(set, y.Key)
						}
					}
				}
			}
		}
		slices.Sort(set)
		out = append(out, set)
	}
	return out
}

// tiedGroup is some ties that are one event.
type tiedGroup struct {
	key  string
	ties []*tie
}

// joinedBy divides the blocks of a set into events, as joined does, and heeds
// what people decided: ties with mentions of one group are one event, those of
// groups that are kept apart are not.
func (t *ties) joinedBy(set []string) []tiedGroup {
	groups := nlp.NewGroups(t.wide)
	for _, key := range set {
		for _, x := range t.blocks[key] {
			for _, g := range x.Groups {
				groups.Join(x.Groups[0], g)
			}
		}
	}
	apart := func(x, y *tie) bool {
		return len(x.Groups) > 0 && len(y.Groups) > 0 && groups.Apart(x.Groups[0], y.Groups[0])
	}
	var out []tiedGroup
	for _, key := range set {
		for _, g := range joinedUnless(t.blocks[key], apart, func(x, y *tie) {
			if len(x.Groups) > 0 && len(y.Groups) > 0 {
				groups.Join(x.Groups[0], y.Groups[0])
			}
		}) {
			out = append(out, tiedGroup{key, g})
		}
	}
	of := map[string]int{}
	var made []tiedGroup
	for _, g := range out {
		root := ""
		for _, x := range g.ties {
			if len(x.Groups) > 0 {
				root = groups.Root(x.Groups[0])
			}
		}
		if i, ok := of[root]; ok && root != "" {
			made[i].ties = append(made[i].ties, g.ties...)
			if lone(made[i].key) || !lone(g.key) && g.key < made[i].key {
				made[i].key = g.key
			}
			continue
		}
		of[root] = len(made)
		made = append(made, g)
	}
	for _, g := range made {
		slices.SortFunc(g.ties, compareTies)
	}
	return made
}

// name stands for a tied group in its id: keys of lone events say nothing.
func (g tiedGroup) name() string {
	if lone(g.key) {
		return "desk"
	}
	return g.key
}
