// Package commitment makes the promises of the record from its positions, and
// joins to each the accusations that it was broken and the denials of these.
//
// In go the positions of link/position, the entities and the responses; out
// come commitments sorted by ID. A promise is a position of the stance
// commitment, or an acceptance that says what will be done. A promise that
// somebody announces for another party ("they will start at once") is a
// position, not a promise of that party; what anybody says of the future is a
// promise only when it tells an act of the party's own (own.go). What several reports tell of one
// promise (same party, same issue, dates that can be one) is one commitment,
// held by the position that tells most.
//
// An accusation of a breach belongs to a commitment of the side accused whose
// words it shares; without one it makes a commitment of which only the alleged
// breach tells. Of mutual accusations each is one. Whether a promise was kept
// is not decided.
package commitment

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/kb"
	"github.com/readout-news/readout/internal/link/position"
)

// Version rises when output can change.
const Version = "1"

// linker holds what all steps read.
type linker struct {
	lex    lexicon
	stands *position.Links
	person map[string]bool   // Entity.ID: a person, or a group of persons
	sides  map[string]string // Entity.ID → the side it belongs to
}

// Link makes the commitments. k says which offices speak for a state. The
// error is that of a damaged lexicon.
func Link(stands *position.Links, ents []*readout.Entity, responses []*readout.Response, k *kb.KB) ([]*readout.Commitment, error) {
	lex, err := shipped()
	if err != nil {
		return nil, err
	}
	l := &linker{lex: lex, stands: stands, sides: sides(ents, k), person: map[string]bool{}}
	for _, e := range ents {
		l.person[e.ID] = e.Type == readout.Person || e.Type == readout.Group
	}
	promises := l.promises()
	var out []*readout.Commitment
	for _, ps := range promises {
		out = append(out, l.commitment(ps))
	}
	out = l.breaches(out, promises, responses)
	for _, c := range out {
		slices.SortFunc(c.Violations, func(a, b readout.Violation) int {
			return cmp.Or(cmp.Compare(a.Evidence.Report, b.Evidence.Report), a.Evidence.Span.Compare(b.Evidence.Span), cmp.Compare(a.Position, b.Position))
		})
	}
	slices.SortFunc(out, func(a, b *readout.Commitment) int { return cmp.Compare(a.ID, b.ID) })
	return out, nil
}

// offices are the kinds of titles whose holders are one side with their state.
var offices = map[string]bool{"head-of-state": true, "head-of-government": true, "minister": true, "spokesperson": true, "envoy": true}

// sides maps each entity to its side: states, their bodies and those who hold
// their offices by the state's code, others to themselves.
func sides(ents []*readout.Entity, k *kb.KB) map[string]string {
	out := map[string]string{}
	for _, e := range ents {
		side := e.ID
		switch {
		case e.Country == "":
		case e.Type == readout.Place || e.Type == readout.Group:
			if st := k.State(e.Name); st != nil && st.Country == e.Country {
				side = e.Country
			}
		case e.Type == readout.Organization:
			if k.SeatOf(e.Name) != nil {
				side = e.Country
			}
		case e.Type == readout.Person:
			if slices.ContainsFunc(e.Roles, func(r readout.Role) bool {
				title, _, _ := strings.Cut(strings.ToLower(r.Title), " of ")
				t := k.TitleOf(title)
				return t != nil && offices[t.Kind]
			}) {
				side = e.Country
			}
		}
		out[e.ID] = side
	}
	return out
}

// side is the side of an entity, "" for none.
func (l *linker) side(e string) string {
	if e == "" {
		return ""
	}
	return cmp.Or(l.sides[e], e)
}

// promises are the positions that promise, grouped by what is one promise;
// groups and their members are in the order of the positions.
func (l *linker) promises() [][]*readout.Position {
	var out [][]*readout.Position
	near := map[[2]string][]int{} // party and issue → groups
	for _, p := range l.stands.Positions {
		if !l.isPromise(p) {
			continue
		}
		k := [2]string{p.Party, p.Issue}
		at := slices.IndexFunc(near[k], func(g int) bool {
			return !slices.ContainsFunc(out[g], func(o *readout.Position) bool { return !same(o, p) })
		})
		if at < 0 {
			near[k] = append(near[k], len(out))
			out = append(out, []*readout.Position{p})
			continue
		}
		out[near[k][at]] = append(out[near[k][at]], p)
	}
	return out
}

// isPromise reports whether p is a promise of its party.
func (l *linker) isPromise(p *readout.Position) bool {
	if p.Party == "" || !p.Uttered || p.Stance != readout.Commit && !(p.Stance == readout.Acceptance && promising[l.stands.Rules[p.ID]]) {
		return false
	}
	if !l.announced(p) {
		return true
	}
	return p.Issue != "" && l.lex.ownAct(p.Terms, l.person[p.Party]) && (p.Speaker == "" || l.side(p.Speaker) == l.side(p.Party))
}

// announced reports whether the rule of p reads what anybody says of the
// future, so that who says it decides whose promise it is.
func (l *linker) announced(p *readout.Position) bool {
	rule := l.stands.Rules[p.ID]
	return strings.HasPrefix(rule, "position/modal/") || rule == "position/headline/to"
}

// promising are the rules of acceptances that say what will be done; to back a
// bill is none.
var promising = map[string]bool{"position/acceptance/agree": true, "position/acceptance/allow": true}

// same reports whether two positions tell of one promise.
func same(a, b *readout.Position) bool {
	return a.Party == b.Party && a.Issue != "" && a.Issue == b.Issue && (a.Addressee == "" || b.Addressee == "" || a.Addressee == b.Addressee) &&
		oneDay(a.Date, b.Date) && oneDay(a.Until, b.Until)
}

// oneDay reports whether two dates can be one; of a month and a day in it
// either may be the other.
func oneDay(a, b *readout.Date) bool {
	if a == nil || b == nil {
		return true
	}
	n := min(len(a.Value), len(b.Value))
	return a.Value[:n] == b.Value[:n]
}

// commitment makes one of the positions that tell of it: held by the one that
// tells most, completed from the others.
func (l *linker) commitment(ps []*readout.Position) *readout.Commitment {
	told := func(p *readout.Position) int {
		n := 0
		for _, has := range []bool{p.Date != nil, p.Until != nil, p.If != "", p.Addressee != ""} {
			if has {
				n++
			}
		}
		return n
	}
	held := slices.MaxFunc(ps, func(a, b *readout.Position) int { return cmp.Compare(told(a), told(b)) })
	c := &readout.Commitment{
		ID: id(held.ID), Party: held.Party, To: held.Addressee, Terms: held.Terms, If: held.If,
		Made: held.Date, Until: held.Until, Position: held.ID, Evidence: held.Evidence,
	}
	for _, p := range ps {
		c.To = cmp.Or(c.To, p.Addressee)
		if c.Made == nil {
			c.Made = p.Date
		}
		if c.Until == nil {
			c.Until = p.Until
		}
	}
	return c
}

func id(of string) string {
	sum := sha256.Sum256([]byte("commitment\x00" + of))
	return "k" + hex.EncodeToString(sum[:8])
}

// breaches adds to each commitment the accusations that it was broken, and a
// commitment for each accusation that fits none.
func (l *linker) breaches(cs []*readout.Commitment, promises [][]*readout.Position, responses []*readout.Response) []*readout.Commitment {
	made := map[string][]int{} // side → its promises
	for i, g := range promises {
		made[l.side(g[0].Party)] = append(made[l.side(g[0].Party)], i)
	}
	alleged := map[[2]string]int{}              // accused and issue → the commitment that only accusations tell of
	answers := map[string][]*readout.Response{} // by report
	for _, r := range responses {
		answers[r.Evidence.Report] = append(answers[r.Evidence.Report], r)
	}
	for _, p := range l.stands.Positions {
		if !l.stands.Breaches[p.ID] || p.Addressee == "" || p.Stance != readout.Accusation {
			continue
		}
		v := readout.Violation{Accuser: p.Party, Accused: p.Addressee, Position: p.ID, Evidence: p.Evidence, DeniedBy: l.denials(p, answers[p.Evidence.Report])}
		if at := l.broken(p, promises, made[l.side(p.Addressee)]); at >= 0 {
			cs[at].Violations = append(cs[at].Violations, v)
			continue
		}
		// One that only alleged breaches tell of: those of the same accused on
		// the same issue are of one.
		k := [2]string{p.Addressee, p.Issue}
		if at, ok := alleged[k]; ok && p.Issue != "" {
			cs[at].Violations = append(cs[at].Violations, v)
			continue
		}
		alleged[k] = len(cs)
		cs = append(cs, &readout.Commitment{ID: id(p.ID), Party: p.Addressee, Terms: l.lex.promised(p.Terms), Evidence: p.Evidence, Violations: []readout.Violation{v}})
	}
	return cs
}

// shared is how many content words an accusation and the promise it is about
// have at least in common, unless they are of one issue.
const shared = 2

// broken is the promise that accusation p is about, among those that the side
// accused has made: the one with most words in common, the last made of
// several; -1 when none is. A promise made after the accusation is none.
func (l *linker) broken(p *readout.Position, promises [][]*readout.Position, made []int) int {
	best, most := -1, 0
	for _, i := range made {
		n := 0
		for _, o := range promises[i] {
			if o.Date != nil && p.Date != nil && later(o.Date, p.Date) {
				continue
			}
			c := position.Common(l.stands.Words[o.ID], l.stands.Words[p.ID])
			if p.Issue != "" && o.Issue == p.Issue {
				c += shared
			}
			n = max(n, c)
		}
		if n >= shared && n > most {
			best, most = i, n
		}
	}
	return best
}

// later reports whether a is surely after b.
func later(a, b *readout.Date) bool {
	n := min(len(a.Value), len(b.Value))
	return a.Value[:n] > b.Value[:n]
}

// denials are the denials of accusation p by the side accused, among the
// responses of its report: what answers the statement that voices it, or names
// no other statement and has words of it.
func (l *linker) denials(p *readout.Position, responses []*readout.Response) []string {
	var out []string
	for _, r := range responses {
		if r.Kind != readout.Denies || r.Party == "" || l.side(r.Party) != l.side(p.Addressee) {
			continue
		}
		if r.Statement != "" && r.Statement == p.Statement || r.Statement == "" && has(r.About, l.stands.Words[p.ID]) {
			out = append(out, r.ID)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// wordLength is the fewest letters of a word of an answer that can show what
// is denied.
const wordLength = 5

// has reports whether text has one of words, or a form of it: the first
// letters are the same and at most an ending follows.
func has(text string, words []string) bool {
	for _, f := range strings.FieldsFunc(strings.ToLower(text), func(c rune) bool { return c < 'a' || c > 'z' }) {
		if len(f) < wordLength {
			continue
		}
		if slices.ContainsFunc(words, func(w string) bool {
			return len(w) >= wordLength && strings.HasPrefix(f, strings.TrimSuffix(w, "e")) && len(f) <= len(w)+len("ing")
		}) {
			return true
		}
	}
	return false
}
