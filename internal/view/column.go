package view

import (
	"cmp"
	"slices"
	"strings"

	"github.com/readout-news/readout"
)

// By says what the columns of a matrix are.
type By string

// The columns of a matrix.
const (
	BySpeaker By = "speaker" // who says it
	ByOutlet  By = "outlet"  // who reports it
)

// Own is the key of the column of what outlets tell in their own voice.
const Own = "-"

// Column is one who says something of an event, or one outlet.
type Column struct {
	Key    string // Entity.ID; Own; "~" and words for a source that is no entity; "@" and the id of an outlet (or of a report of none)
	Name   string
	Note   string // who speaks for it here, in which office; "" none
	Claims int    // that it makes, copies not counted
}

// columnOf is the column in which a claim stands.
func (v *View) columnOf(c *readout.Claim, by By) Column {
	return v.column(c.Holder, c.Chain, c.Evidence.Report, by)
}

// column is that of what holder says through chain in a report.
func (v *View) column(holder string, chain []readout.ChainLink, report string, by By) Column {
	if by == ByOutlet {
		return v.outletColumn(report)
	}
	if holder == "" && len(chain) > 1 && !chain[0].OutletOfReport {
		holder = chain[0].Entity
	}
	if e := v.entities[holder]; e != nil {
		if e.Type == readout.Outlet {
			return Column{Key: Own, Name: "Reporters", Note: "in their own voice"}
		}
		side := v.Side(holder)
		// Both delegations of one meeting are the same two, whoever writes it.
		if n := fold(e.Name); len(e.Names) == 0 && len(e.Members) == 0 && (strings.HasPrefix(n, "both ") || strings.HasPrefix(n, "the two ")) {
			return Column{Key: "~" + Slug(e.Name), Name: capital(e.Name)}
		}
		return Column{Key: side, Name: capital(v.EntityName(side))}
	}
	if holder == "" && len(chain) > 1 && !chain[0].OutletOfReport && strings.TrimSpace(chain[0].Text) != "" {
		if owner := v.ownerIn(chain[0].Text, report); owner != "" {
			return Column{Key: v.Side(owner), Name: capital(v.EntityName(v.Side(owner)))}
		}
		return Column{Key: "~" + Slug(chain[0].Text), Name: capital(shorten(chain[0].Text, maxQuote))}
	}
	return Column{Key: Own, Name: "Reporters", Note: "in their own voice"}
}

// outletColumn is the column of the outlet of a report.
func (v *View) outletColumn(report string) Column {
	key := report
	if i, ok := v.reports[report]; ok && i < len(v.Record.Origins) && v.Record.Origins[i].Outlet != "" {
		key = v.Record.Origins[i].Outlet
	}
	return Column{Key: "@" + key, Name: v.OutletName(report)}
}

// ownerIn is whose office or statement words like "a statement from Mr Ered's
// office" name: an entity that the report mentions in the sentence they are
// taken from; "" when they name none or several.
func (v *View) ownerIn(words, report string) string {
	p := words2voice(words)
	if p == "" {
		return ""
	}
	found := ""
	r := v.Report(report)
	if r == nil {
		return ""
	}
	at := strings.Index(r.Text, words)
	if at < 0 {
		return ""
	}
	span := readout.Span{Start: at, End: at + len(words)}
	for _, m := range v.mentionsIn(report) {
		if m.span.Start >= span.End {
			break
		}
		if !span.Contains(m.span) || m.span == span || !strings.HasPrefix(r.Text[m.span.End:], "'s ") && !strings.HasPrefix(r.Text[m.span.End:], "’s ") {
			continue
		}
		if found != "" && found != m.entity {
			return ""
		}
		found = m.entity
	}
	return found
}

// words2voice returns words when they name an office that speaks for somebody.
func words2voice(s string) string {
	if words().voice(s, false) {
		return s
	}
	return ""
}

// who names those of a side who speak in items, as small print of a column.
func (v *View) who(side string, holders []string) string {
	var names []string
	for _, h := range holders {
		if n := v.EntityName(h); n != "" && h != side && !strings.HasPrefix(side, "~") && !slices.ContainsFunc(names, func(x string) bool { return fold(x) == fold(n) }) {
			names = append(names, n)
		}
	}
	const most = 3
	if len(names) > most {
		names = append(names[:most:most], "and others")
	}
	return strings.Join(names, ", ")
}

// titleCase writes a title, which is kept in lower case, with the names in it
// as the record has them: "foreign minister of Sollund".
func (v *View) titleCase(title string) string {
	office, of, ok := strings.Cut(title, " of ")
	name := func(s string) string {
		if n := v.placeNamed(s); n != "" {
			return n
		}
		return s
	}
	ws := strings.Fields(office)
	for n := min(3, len(ws)); n > 1; n-- {
		for i := 0; i+n <= len(ws); i++ {
			if x := v.placeNamed(strings.Join(ws[i:i+n], " ")); x != "" {
				ws = append(append(slices.Clone(ws[:i]), x), ws[i+n:]...)
			}
		}
	}
	office = strings.Join(ws, " ")
	if !ok {
		return office
	}
	return office + " of " + name(of)
}

// placeNamed is the name of the place or body that goes by words.
func (v *View) placeNamed(words string) string {
	v.Side("") // builds the names
	if e := v.lazy.named[strings.TrimPrefix(fold(words), "the ")]; e != nil {
		return e.Name
	}
	return ""
}

// mentioned is a mention of an entity in a report.
type mentioned struct {
	entity string
	span   readout.Span
}

// mentionsIn lists the mentions of entities in a report by place.
func (v *View) mentionsIn(report string) []mentioned {
	v.lazy.mentionsOnce.Do(func() {
		v.lazy.mentions = map[string][]mentioned{}
		for _, e := range v.Record.Entities {
			for _, m := range e.Mentions {
				v.lazy.mentions[m.Report] = append(v.lazy.mentions[m.Report], mentioned{e.ID, m.Span})
			}
		}
		for _, ms := range v.lazy.mentions {
			slices.SortFunc(ms, func(a, b mentioned) int { return cmp.Or(a.span.Compare(b.span), strings.Compare(a.entity, b.entity)) })
		}
	})
	return v.lazy.mentions[report]
}
