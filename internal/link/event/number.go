package event

import (
	"cmp"
	"slices"

	"github.com/readout-news/readout"
)

// numberWords are the ordinals that count events of a row. "First" is left out:
// it mostly praises ("the first call in years") and seldom counts.
var numberWords = []string{2: "second", 3: "third", 4: "fourth", 5: "fifth", 6: "sixth", 7: "seventh"}

// numberOf is the number that a cluster's event has in its row, and since when
// it is counted; 0 when none is told.
func (l *linker) numberOf(c *cluster) (n int, since span) {
	since = unknown
	for _, m := range c.mentions {
		i := slices.Index(numberWords, m.ev.Ordinal)
		if i < 2 || m.ev.Ordinal == "" {
			continue
		}
		n = i
		doc := l.docs[m.d]
		for t := range doc.Timexes {
			x := &doc.Timexes[t]
			if x.First > m.ev.Token && x.First-m.ev.Token <= sinceTokens && doc.Lower(x.First-1) == "since" && doc.Tokens[x.First].Sent == m.ev.Sent {
				since = parseValue(x.Value)
			}
		}
		return n, since
	}
	return 0, since
}

const (
	// sinceTokens is how far behind the trigger "since January" may stand.
	sinceTokens = 10
	// rowDays is how far back events are counted in a row.
	rowDays = 366
)

// byNumber gives the contacts that a report names by their number alone ("the
// third call since January") to the event that has it: another report gives
// the number to an event of these parties, or they are known to have had just
// so many since then.
func (l *linker) byNumber(groups []*group) []*group {
	taken := map[*group]bool{}
	for _, g := range groups {
		c := g.clusters[0]
		if len(g.clusters) != 1 || c.mentions[0].family != "CONSULT" || c.when.known() || c.plural || len(core(c.parts)) < 2 ||
			c.strong[readout.Planned] || c.strong[readout.Hypothetical] || c.strong[readout.Denied] ||
			!slices.ContainsFunc(c.mentions, func(m mention) bool { return m.ev.Nominal && m.ev.Definite }) {
			continue
		}
		n, since := l.numberOf(c)
		if n == 0 {
			continue
		}
		var row, same []*group
		for _, x := range groups {
			if x == g || taken[x] || l.apart(x.group, c.group) || !l.inRow(x, c) {
				continue
			}
			if since.lo == minDay || dayOfGroup(x) >= since.lo {
				row = append(row, x)
			}
			if slices.ContainsFunc(x.clusters, func(y *cluster) bool { k, _ := l.numberOf(y); return k == n }) {
				same = append(same, x)
			}
		}
		if len(same) == 0 && since.lo != minDay && len(row) == n {
			slices.SortStableFunc(row, func(a, b *group) int { return cmp.Compare(dayOfGroup(a), dayOfGroup(b)) })
			same = row[n-1:]
		}
		if len(same) != 1 {
			continue
		}
		same[0].clusters = append(same[0].clusters, c)
		same[0].group = l.joinGroups(same[0].group, c.group)
		taken[g] = true
	}
	return slices.DeleteFunc(groups, func(g *group) bool { return taken[g] })
}

// dayOfGroup is the one day of a group's event, minDay when none is known.
func dayOfGroup(g *group) int {
	when := unknown
	for _, c := range g.clusters {
		when = when.meet(c.when)
	}
	if !when.known() || !when.day() {
		return minDay
	}
	return when.lo
}

// inRow reports whether the event of g is one of those that c counts: the same
// parties, a mode that fits, a day before c's report.
func (l *linker) inRow(g *group, c *cluster) bool {
	day := dayOfGroup(g)
	if day == minDay {
		return false
	}
	if pub, ok := l.published(c); ok && (day > pub || pub-day > rowDays) {
		return false
	}
	for _, x := range g.clusters {
		if x.mentions[0].family != "CONSULT" || x.plural || !modesMeet(x.mode, c.mode, false) || x.strong[readout.Planned] && !x.strong[readout.Occurred] {
			return false
		}
	}
	return slices.ContainsFunc(g.clusters, func(x *cluster) bool { return l.sameParties(x.parts, c.parts) })
}
