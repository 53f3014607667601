package commitment

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/kb"
	"github.com/readout-news/readout/internal/link/position"
)

// ents are two states of the lists, the head of one of them (an invented
// person) and a body of nobody's.
var ents = []*readout.Entity{
	{ID: "eFinland", Type: readout.Place, Name: "Finland", Country: "FI"},
	{ID: "eNorway", Type: readout.Place, Name: "Norway", Country: "NO"},
	{ID: "eMaren", Type: readout.Person, Name: "Ilse Maren", Country: "NO", Roles: []readout.Role{{Title: "prime minister of norway"}}},
	{ID: "eEred", Type: readout.Person, Name: "Tomas Ered", Country: "NO"},
	{ID: "eCouncil", Type: readout.Organization, Name: "Lake Council"},
}

// links makes positions with words and rules as link/position would.
type pos struct {
	readout.Position
	words  []string
	breach bool
	rule   string
}

func links(ps ...pos) *position.Links {
	l := &position.Links{Words: map[string][]string{}, Breaches: map[string]bool{}, Rules: map[string]string{}}
	for i := range ps {
		p := &ps[i]
		p.Uttered = true
		p.Evidence.Span = readout.Span{Start: 10 * i, End: 10*i + 5}
		if p.Evidence.Report == "" {
			p.Evidence.Report = "r1"
		}
		slices.Sort(p.words)
		l.Positions = append(l.Positions, &p.Position)
		l.Words[p.ID], l.Breaches[p.ID], l.Rules[p.ID] = p.words, p.breach, p.rule
	}
	return l
}

var loaded = sync.OnceValues(kb.Load)

func lists(t *testing.T) *kb.KB {
	t.Helper()
	k, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func on(v string) *readout.Date { return &readout.Date{Value: v, Precision: "day", Basis: "explicit"} }

func show(cs []*readout.Commitment) []string {
	var out []string
	for _, c := range cs {
		made := ""
		if c.Made != nil {
			made = c.Made.Value
		}
		s := fmt.Sprintf("%s to %q %q if %q made %q by %q", c.Party, c.To, c.Terms, c.If, made, c.Position)
		for _, v := range c.Violations {
			s += fmt.Sprintf("; %s accuses %s denied %q", v.Accuser, v.Accused, v.DeniedBy)
		}
		out = append(out, s)
	}
	slices.Sort(out)
	return out
}

func TestLink(t *testing.T) {
	halt := []string{"halt", "shelling", "island"}
	for name, x := range map[string]struct {
		ps   []pos
		rs   []*readout.Response
		want []string
	}{
		"told by two reports": {
			[]pos{
				{Position: readout.Position{ID: "p1", Party: "eMaren", Stance: readout.Commit, Issue: "i1", Terms: "open the lock"}},
				{Position: readout.Position{ID: "p2", Party: "eMaren", Stance: readout.Commit, Issue: "i1", Terms: "open the lock in May", Addressee: "eFinland", Date: on("2031-03-01"), If: "if paid", Evidence: readout.Evidence{Report: "r2"}}},
				{Position: readout.Position{ID: "p3", Party: "eMaren", Stance: readout.Commit, Issue: "i1", Terms: "open the lock", Date: on("2031-04-01"), Evidence: readout.Evidence{Report: "r3"}}},
			},
			nil,
			[]string{
				`eMaren to "" "open the lock" if "" made "2031-04-01" by "p3"`,
				`eMaren to "eFinland" "open the lock in May" if "if paid" made "2031-03-01" by "p2"`,
			},
		},
		"announced for another": {
			[]pos{
				{Position: readout.Position{ID: "p1", Party: "eFinland", Speaker: "eMaren", Stance: readout.Commit, Issue: "i1", Terms: "start at once"}, rule: "position/modal/announced"},
				{Position: readout.Position{ID: "p2", Party: "eNorway", Speaker: "eMaren", Stance: readout.Commit, Issue: "i2", Terms: "open the lock"}, rule: "position/modal/will"},
				{Position: readout.Position{ID: "p3", Party: "eFinland", Speaker: "eMaren", Stance: readout.Commit, Issue: "i3", Terms: "pay"}, rule: "position/commitment/agree"},
			},
			nil,
			[]string{
				`eFinland to "" "pay" if "" made "" by "p3"`,
				`eNorway to "" "open the lock" if "" made "" by "p2"`,
			},
		},
		"to back a bill is no promise": {
			[]pos{
				{Position: readout.Position{ID: "p1", Party: "eMaren", Stance: readout.Acceptance, Issue: "i1", Terms: "the bill"}, rule: "position/acceptance/support"},
				{Position: readout.Position{ID: "p2", Party: "eMaren", Stance: readout.Acceptance, Issue: "i2", Terms: "a monthly limit"}, rule: "position/acceptance/agree"},
			},
			nil,
			[]string{`eMaren to "" "a monthly limit" if "" made "" by "p2"`},
		},
		"mutual accusations": {
			[]pos{
				{Position: readout.Position{ID: "p1", Party: "eMaren", Stance: readout.Commit, Issue: "i1", Terms: "halt the shelling of the island"}, words: halt},
				{Position: readout.Position{ID: "p2", Party: "eFinland", Addressee: "eNorway", Stance: readout.Accusation, Issue: "i2", Terms: "the truce by shelling the island", Statement: "s2"}, words: []string{"break", "truce", "shelling", "island"}, breach: true},
				{Position: readout.Position{ID: "p3", Party: "eNorway", Addressee: "eFinland", Stance: readout.Accusation, Issue: "i2", Terms: "the truce by shelling the island", Statement: "s2"}, words: []string{"break", "truce", "shelling", "island"}, breach: true},
			},
			[]*readout.Response{
				{ID: "a1", Kind: readout.Denies, Party: "eMaren", Statement: "s2", Evidence: readout.Evidence{Report: "r1"}},
				{ID: "a2", Kind: readout.Denies, Party: "eFinland", About: "violating the truces", Evidence: readout.Evidence{Report: "r1"}},
				{ID: "a3", Kind: readout.Denies, Party: "eFinland", About: "violating the truce", Evidence: readout.Evidence{Report: "r2"}},
				{ID: "a4", Kind: readout.Denies, Party: "eFinland", About: "taking money", Evidence: readout.Evidence{Report: "r1"}},
				{ID: "a5", Kind: readout.Declines, Party: "eFinland", Statement: "s2", Evidence: readout.Evidence{Report: "r1"}},
				{ID: "a6", Kind: readout.Denies, Party: "eEred", Statement: "s2", Evidence: readout.Evidence{Report: "r1"}},
			},
			[]string{
				// Of the other side no promise is told.
				`eFinland to "" "the truce by shelling the island" if "" made "" by ""; eNorway accuses eFinland denied ["a2"]`,
				`eMaren to "" "halt the shelling of the island" if "" made "" by "p1"; eFinland accuses eNorway denied ["a1"]`,
			},
		},
		"a promise made afterwards, other words, another side": {
			[]pos{
				{Position: readout.Position{ID: "p1", Party: "eNorway", Stance: readout.Commit, Issue: "i1", Terms: "halt the shelling of the island", Date: on("2031-05-01")}, words: halt},
				{Position: readout.Position{ID: "p2", Party: "eNorway", Stance: readout.Commit, Issue: "i2", Terms: "pay for the lock"}, words: []string{"lock", "pay"}},
				{Position: readout.Position{ID: "p3", Party: "eEred", Stance: readout.Commit, Issue: "i3", Terms: "halt the shelling of the island"}, words: halt},
				{Position: readout.Position{ID: "p4", Party: "eFinland", Addressee: "eNorway", Stance: readout.Accusation, Issue: "i4", Terms: "shelling the island", Date: on("2031-04-01")}, words: []string{"shelling", "island"}, breach: true},
			},
			nil,
			[]string{
				`eEred to "" "halt the shelling of the island" if "" made "" by "p3"`,
				`eNorway to "" "halt the shelling of the island" if "" made "2031-05-01" by "p1"`,
				`eNorway to "" "pay for the lock" if "" made "" by "p2"`,
				`eNorway to "" "shelling the island" if "" made "" by ""; eFinland accuses eNorway denied []`,
			},
		},
		"two accusers of one alleged breach": {
			[]pos{
				{Position: readout.Position{ID: "p1", Party: "eFinland", Addressee: "eNorway", Stance: readout.Accusation, Issue: "i1", Terms: "breaking the truce"}, words: []string{"break", "truce"}, breach: true},
				{Position: readout.Position{ID: "p2", Party: "eCouncil", Addressee: "eNorway", Stance: readout.Accusation, Issue: "i1", Terms: "violating the truce"}, words: []string{"truce", "violate"}, breach: true},
				{Position: readout.Position{ID: "p3", Party: "eCouncil", Addressee: "eNorway", Stance: readout.Accusation, Issue: "i1", Terms: "greed"}, words: []string{"greed"}},
			},
			nil,
			[]string{`eNorway to "" "the truce" if "" made "" by ""; eFinland accuses eNorway denied []; eCouncil accuses eNorway denied []`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Link(links(x.ps...), ents, x.rs, lists(t))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(x.want, show(got)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
