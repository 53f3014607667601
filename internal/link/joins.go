package link

import (
	"fmt"
	"hash/fnv"
	"hash/maphash"
	"slices"
	"strings"

	"github.com/readout-news/readout/internal/link/position"
	"github.com/readout-news/readout/internal/link/utterance"
)

// told is an issue or utterance as one piece tells it.
type told[U any] struct {
	unit U
	part *part
}

// joins joins the issues and the utterances of all regions. Those of one piece
// were found to be two by all that the piece tells, and are not joined.
type joins struct {
	issues     *clusters[told[*position.Unit]]
	utterances *clusters[told[*utterance.Unit]]
	said       recent[uint64, []utterance.Joined] // by all that they follow from
}

// saidKept is how many clusters of utterances are known at least: pieces that are
// linked again and again mostly tell the same.
const saidKept = 1 << 14

func newJoins() *joins {
	return &joins{issues: newClusters[told[*position.Unit]](), utterances: newClusters[told[*utterance.Unit]](), said: recent[uint64, []utterance.Joined]{atLeast: saidKept}}
}

// put takes in what a piece tells (sign 1) or takes it out (sign -1).
func (j *joins) put(p *part, sign int) {
	if sign < 0 {
		for _, k := range p.issues {
			j.issues.leave(k)
		}
		for _, k := range p.utterances {
			j.utterances.leave(k)
		}
		p.issues, p.utterances = nil, nil
		return
	}
	for _, u := range p.Matters {
		k := &knot[told[*position.Unit]]{ID: u.ID, Day: u.Day, Keys: u.Keys, It: told[*position.Unit]{u, p}}
		p.issues = append(p.issues, j.issues.put(k))
	}
	for _, u := range p.Sayings {
		k := &knot[told[*utterance.Unit]]{ID: u.ID, Day: u.Day, Keys: u.Keys, It: told[*utterance.Unit]{u, p}}
		p.utterances = append(p.utterances, j.utterances.put(k))
	}
}

// units are those of a cluster, and who says of two that they are of one piece.
func units[U comparable](c *cluster[told[U]]) ([]U, func(a, b U) bool) {
	var out []U
	of := map[U]*part{}
	for _, k := range c.knots {
		out = append(out, k.It.unit)
		of[k.It.unit] = k.It.part
	}
	return out, func(a, b U) bool { return of[a] == of[b] }
}

// looked is what a look at clusters came to.
type looked[J any] struct {
	facts []J
	ids   []string // of facts that stood and are not the same now, sorted
	now   []J      // of facts, those that are not the same as before
}

// look looks at what changed, and at the clusters of pieces that are told anew:
// only what is not as it stood has to be put. join gives the facts of a cluster,
// sum a fact's id and a sum of what it says; "" for none.
func look[T, J any](c *clusters[T], again []*knot[T], join func(*cluster[T]) ([]J, error), sum func(J) (string, uint64)) (out looked[J], err error) {
	gone, made := c.settle()
	was := map[string]uint64{}
	for _, x := range gone {
		for _, s := range x.held {
			was[s.id] = s.sum
		}
	}
	seen := map[*cluster[T]]bool{}
	for _, x := range made {
		seen[x] = true
	}
	for _, k := range again {
		if !seen[k.in] {
			seen[k.in] = true
			made = append(made, k.in)
			for _, s := range k.in.held {
				was[s.id] = s.sum
			}
		}
	}
	stands := map[string]bool{}
	for _, x := range made {
		facts, err := join(x)
		if err != nil {
			return out, err
		}
		out.facts = append(out.facts, facts...)
		x.held = nil
		for _, f := range facts {
			id, s := sum(f)
			if id == "" {
				continue
			}
			x.held = append(x.held, stood{id, s})
			if before, ok := was[id]; ok && before == s {
				stands[id] = true
				continue
			}
			out.now = append(out.now, f)
			out.ids = append(out.ids, id)
		}
	}
	for id := range was {
		if !stands[id] {
			out.ids = append(out.ids, id)
		}
	}
	slices.Sort(out.ids)
	out.ids = slices.Compact(out.ids)
	return out, nil
}

func (j *joins) lookAtIssues(again []*knot[told[*position.Unit]]) (looked[position.Joined], error) {
	return look(j.issues, again, func(c *cluster[told[*position.Unit]]) ([]position.Joined, error) {
		return position.Join(units(c))
	}, sumOfIssue)
}

func (j *joins) lookAtUtterances(again []*knot[told[*utterance.Unit]]) (looked[utterance.Joined], error) {
	return look(j.utterances, again, func(c *cluster[told[*utterance.Unit]]) ([]utterance.Joined, error) {
		key := sumOfUnits(c)
		facts, ok, old := j.said.get(key)
		if ok && !old {
			return facts, nil
		}
		if !ok {
			var err error
			if facts, err = utterance.Join(units(c)); err != nil {
				return nil, err
			}
		}
		j.said.put(key, facts)
		return facts, nil
	}, sumOfUtterance)
}

var seed = maphash.MakeSeed()

// sumOfUnits is a sum of all that the utterances of a cluster follow from.
func sumOfUnits(c *cluster[told[*utterance.Unit]]) uint64 {
	var h maphash.Hash
	h.SetSeed(seed)
	part := map[*part]int{} // in the order of the knots
	for _, k := range c.knots {
		n, ok := part[k.It.part]
		if !ok {
			n = len(part)
			part[k.It.part] = n
		}
		maphash.WriteComparable(&h, n)
		maphash.WriteComparable(&h, k.ID)
		maphash.WriteComparable(&h, len(k.It.unit.Packed))
		h.Write(k.It.unit.Packed)
	}
	return h.Sum64()
}

func sumOfIssue(x position.Joined) (id string, sum uint64) {
	h := fnv.New64a()
	fmt.Fprintf(h, "%s\x00%s\x00%s", x.Issue.ID, x.Issue.Name, strings.Join(x.Issue.Names, "\x00"))
	for _, s := range x.Stands {
		fmt.Fprintf(h, "\x00%s\x00%s\x00%s", s.ID, s.Change, s.Previous)
	}
	return x.Issue.ID, h.Sum64()
}

func sumOfUtterance(x utterance.Joined) (id string, sum uint64) {
	if x.Utterance == nil {
		return "", 0
	}
	h := fnv.New64a()
	fmt.Fprintf(h, "%v", *x.Utterance)
	return x.ID, h.Sum64()
}

// settle notes what stands without telling it. Unless all is known, the next look
// tells all of it.
func (j *joins) settle(known bool) error {
	if _, err := j.lookAtIssues(nil); err != nil {
		return err
	}
	if _, err := j.lookAtUtterances(nil); err != nil {
		return err
	}
	if !known {
		j.issues.doubt(func(x told[*position.Unit]) []string { return []string{x.unit.ID} })
		j.utterances.doubt(func(x told[*utterance.Unit]) []string { return x.unit.IDs() })
	}
	return nil
}

// join puts the issues and utterances into a change, and what they have of the
// positions and statements of its reports.
func (w *change) join(pieces []*part) error {
	var issues []*knot[told[*position.Unit]]
	var utterances []*knot[told[*utterance.Unit]]
	for _, p := range pieces {
		issues, utterances = append(issues, p.issues...), append(utterances, p.utterances...)
	}
	s, rec := &w.out.Scope, w.out.Record
	matters, err := w.l.joins.lookAtIssues(issues)
	if err != nil {
		return err
	}
	stands := map[string]*position.Stand{}
	for _, x := range matters.facts {
		for _, st := range x.Stands {
			stands[st.ID] = st
		}
	}
	for _, p := range rec.Positions {
		if st := stands[p.ID]; st != nil {
			p.Issue, p.Change, p.Previous = st.Issue, st.Change, st.Previous
		}
	}
	s.Issues = append(s.Issues, matters.ids...)
	for _, x := range matters.now {
		rec.Issues = append(rec.Issues, x.Issue)
		for _, st := range x.Stands {
			if !w.scope[st.Evidence.Report] {
				rec.Positions = append(rec.Positions, st.Position)
			}
		}
	}

	said, err := w.l.joins.lookAtUtterances(utterances)
	if err != nil {
		return err
	}
	of := map[string]string{}
	for _, x := range said.facts {
		for _, id := range x.Statements {
			of[id] = ""
			if x.Utterance != nil {
				of[id] = x.ID
			}
		}
	}
	for _, st := range rec.Statements {
		if id, ok := of[st.ID]; ok {
			st.Utterance = id
		}
	}
	s.Utterances = append(s.Utterances, said.ids...)
	for _, x := range said.now {
		rec.Utterances = append(rec.Utterances, x.Utterance)
	}
	return nil
}
