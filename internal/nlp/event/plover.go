package event

import (
	"fmt"
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/lexicons"
)

// Plover maps event mentions to the types of plain PLOVER.
type Plover struct {
	types map[string]string // "TYPE mode" → PLOVER type
	rows  []ploverRow
}

type ploverRow struct {
	types  []string
	how    string
	become string
}

// LoadPlover reads plover.tsv and plover-status.tsv.
func LoadPlover() (*Plover, error) {
	p := &Plover{types: map[string]string{}}
	known := map[string]bool{}
	err := lexicons.Rows(lexicons.FS, "en/events/plover.tsv", 6, func(c []string) error {
		p.types[c[0]+" "+dash(c[1])] = c[2]
		known[c[2]] = true
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = lexicons.Rows(lexicons.FS, "en/events/plover-status.tsv", 3, func(c []string) error {
		row := ploverRow{types: strings.Split(c[0], "|"), how: c[1], become: c[2]}
		for _, t := range append(row.types, row.become) {
			if !known[t] {
				return fmt.Errorf("type %s is not in plover.tsv", t)
			}
		}
		if !slices.Contains([]string{"intent", "must", "refused", "preparing"}, c[1]) {
			return fmt.Errorf("how %q is unknown", c[1])
		}
		p.rows = append(p.rows, row)
		return nil
	})
	return p, err
}

// Type is the type of e in plain PLOVER; "" when e has none there, as with what
// was only said. PLOVER types verbs by what they do to the other party: "said it
// would send aid" is AGREE and "would shell the port" THREATEN.
func (p *Plover) Type(e *nlp.EventMention) string {
	typ := p.types[e.Type+" "+e.Mode]
	if typ == typeStatement {
		return ""
	}
	how := ploverHow(e)
	for _, r := range p.rows {
		if how == r.how && slices.Contains(r.types, typ) {
			return r.become
		}
	}
	return typ
}

// ploverHow is how far the event of a verb has come, in the words of
// plover-status.tsv; "" when it took place or nothing says.
func ploverHow(e *nlp.EventMention) string {
	if e.Nominal {
		return ""
	}
	by := e.Attributes[AttrStatusBy]
	place, word, _ := strings.Cut(by, " ")
	switch {
	case e.Negated:
		return "refused"
	case place == "aux" && (word == "must" || word == "should" || word == "ought"):
		return "must"
	case place == "governor" && (word == "prepare" || word == "prepared") && e.Type == "ASSAULT":
		return "preparing"
	case e.Status == readout.Planned && (place == "aux" || place == "governor"),
		e.Status == readout.Hypothetical && (by == "aux would" || by == "governor willing" || by == "governor offer" || by == "governor threaten"):
		return "intent"
	}
	return ""
}
