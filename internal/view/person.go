package view

import (
	"cmp"
	"slices"
	"strings"

	"github.com/readout-news/readout"
)

// RoleRow is an office that reports or the lexicon give somebody.
type RoleRow struct {
	Title       string // "foreign minister of Sollund"
	From, To    string // ISO 8601 prefix, "" when unknown or open
	First, Last string // days of the first and the last report that gives it, "" when none has one
	Evidence    []readout.Evidence
	Support     Support
}

// SameName is somebody else who goes by the same family name.
type SameName struct {
	Entity  *readout.Entity
	Role    string // "" when reports give none
	Support Support
}

// PartRow are the events in which somebody played one part.
type PartRow struct {
	Part   string     // the role of readout.Participant: "agent", "participant", …
	Count  int        // of events
	Events []EventRow // the newest of them, undated last
}

// HeldRow are the positions of one party on one issue, by date.
type HeldRow struct {
	Issue     *readout.Issue // nil for positions on no issue that others name
	Positions []PositionRow
}

// CarrierRow counts how an outlet came by what somebody said. Texts that it
// copied are no words it heard.
type CarrierRow struct {
	Outlet  string // Entity.ID, "" unknown
	Name    string
	Direct  int      // things said to it or in its hearing: nobody between the speaker and the outlet
	Relayed int      // through others
	Through []string // names of the others, most first
	Copied  int      // in texts that it took from others
	Reports []string // ids of the reports that are its own, sorted
}

// PersonPage is all that the record has on one person, body or state.
type PersonPage struct {
	Entity    *readout.Entity
	Kind      ActorKind
	Support   Support
	Spellings []string  // besides the name
	Role      *RoleRow  // held on the day asked for; nil when none is known
	Roles     []RoleRow // all, the newest first
	SameName  []SameName
	Said      SaidList // newest first
	Held      []HeldRow
	Events    []PartRow
	Made      []CommitmentRow // by it
	Accused   []CommitmentRow // of others, which it is said to have broken, or its own
	Owed      []CommitmentRow // to it
	Carriers  []CarrierRow    // most first
	People    []ActorRow      // who hold an office of it or belong to it, most mentioned first
	Of        []ActorRow      // whose office it holds
	Threads   []*readout.Thread
}

// maxSameName bounds the neighbours of a page.
const maxSameName = 5

// Person gathers what the record has on the entity of that id. Day decides
// which office counts as held (ISO 8601, "" the newest told); newest bounds the
// events listed of each part. ok is false when there is no such entity.
func (v *View) Person(id, day string, newest int) (p PersonPage, ok bool) {
	e := v.entities[id]
	if e == nil {
		return p, false
	}
	l := v.look()
	p = PersonPage{Entity: e, Kind: v.actorKind(e), Roles: v.roles(e)}
	var ev []readout.Evidence
	for _, m := range e.Mentions {
		ev = append(ev, m.Evidence)
	}
	p.Support = v.support(ev)
	for _, n := range e.Names {
		if n != e.Name {
			p.Spellings = append(p.Spellings, n)
		}
	}
	if i := roleOn(p.Roles, day); i >= 0 {
		p.Role = &p.Roles[i]
	}
	p.SameName = v.sameName(e, day)
	p.Said = v.Said(Filter{By: id}, SaidNewest)
	p.Held = v.held(l.positionsOf[id])
	p.Events = v.parts(id, newest)
	for _, c := range l.commitmentsOf[id] {
		row := v.commitment(c)
		switch {
		case c.Party == id:
			p.Made = append(p.Made, row)
		case c.To == id:
			p.Owed = append(p.Owed, row)
		}
		if slices.ContainsFunc(c.Violations, func(b readout.Violation) bool { return b.Accused == id }) {
			p.Accused = append(p.Accused, row)
		}
	}
	p.Carriers = v.carriers(id)
	for _, x := range l.peopleOf[id] {
		p.People = append(p.People, v.actor(x, day))
	}
	for _, x := range l.officeOf[id] {
		p.Of = append(p.Of, v.actor(x, day))
	}
	p.Threads = l.threadsBy[id]
	return p, true
}

// roles are the offices of e, the last told first. A title that is the
// beginning of just one fuller title ("president", "president of Karvany") is
// told with that.
func (v *View) roles(e *readout.Entity) []RoleRow {
	var out []RoleRow
	at := map[string]int{} // folded title → index in out
	full := func(title string) string {
		found := ""
		for _, r := range e.Roles {
			if strings.HasPrefix(fold(r.Title), fold(title)+" of ") {
				if found != "" && found != r.Title {
					return title
				}
				found = r.Title
			}
		}
		return cmp.Or(found, title)
	}
	for _, r := range e.Roles {
		title := full(r.Title)
		i, ok := at[fold(title)]
		if !ok {
			i = len(out)
			at[fold(title)] = i
			out = append(out, RoleRow{Title: v.titleCase(title), From: r.From, To: r.To})
		}
		row := &out[i]
		row.From, row.To = cmp.Or(row.From, r.From), cmp.Or(row.To, r.To)
		row.Evidence = append(row.Evidence, r.Evidence...)
	}
	for i := range out {
		row := &out[i]
		for _, x := range row.Evidence {
			if d := v.published(x.Report); d != "" {
				d = d[:min(len(d), len("2006-01-02"))]
				if row.First == "" || d < row.First {
					row.First = d
				}
				row.Last = max(row.Last, d)
			}
		}
		slices.SortFunc(row.Evidence, func(a, b readout.Evidence) int {
			return cmp.Or(readout.ComparePublished(v.published(a.Report), v.published(b.Report)), strings.Compare(a.Report, b.Report), a.Span.Compare(b.Span))
		})
		row.Support = v.support(row.Evidence)
	}
	slices.SortStableFunc(out, func(a, b RoleRow) int {
		return cmp.Or(-strings.Compare(a.Last, b.Last), -cmp.Compare(len(a.Evidence), len(b.Evidence)), strings.Compare(a.Title, b.Title))
	})
	return out
}

// former reports whether a title is one of the past.
func former(title string) bool {
	for _, w := range []string{"former ", "ex-", "late ", "outgoing "} {
		if strings.HasPrefix(strings.ToLower(title), w) {
			return true
		}
	}
	return false
}

// roleOn is the index of the office held on day, -1 when none is known: of
// those that had begun and had not ended the one that was told last by then,
// else the one that was told first.
func roleOn(roles []RoleRow, day string) int {
	best, early := -1, -1
	for i, r := range roles {
		if former(r.Title) || day != "" && (r.From > day || r.To != "" && r.To < day[:min(len(day), len(r.To))]) {
			continue
		}
		if day != "" && r.First > day+"~" {
			if early < 0 || r.First < roles[early].First {
				early = i
			}
			continue
		}
		last := r.Last
		if day != "" && last > day {
			last = day
		}
		if best < 0 {
			best = i
			continue
		}
		was := roles[best].Last
		if day != "" && was > day {
			was = day
		}
		if last > was || last == was && len(r.Evidence) > len(roles[best].Evidence) {
			best = i
		}
	}
	if best < 0 {
		return early
	}
	return best
}

// Role is the office that the entity of that id held on day (ISO 8601; "" the
// newest told), "" when none is known.
func (v *View) Role(id, day string) string {
	e := v.entities[id]
	if e == nil || len(e.Roles) == 0 {
		return ""
	}
	roles := v.roles(e)
	if i := roleOn(roles, day); i >= 0 {
		return roles[i].Title
	}
	return ""
}

// sameName are others with e's family name or, of what is no person, its name;
// most mentioned first.
func (v *View) sameName(e *readout.Entity, day string) []SameName {
	words := strings.Fields(fold(e.Name))
	if len(words) == 0 || !v.Named(e) {
		return nil
	}
	last := words[len(words)-1]
	var out []SameName
	for _, x := range v.look().words[last] {
		if x == e || x.Type != e.Type || !v.Named(x) {
			continue
		}
		same := func(n string) bool {
			if e.Type != readout.Person {
				return fold(n) == fold(e.Name)
			}
			f := strings.Fields(fold(n))
			return len(f) > 0 && f[len(f)-1] == last
		}
		if same(x.Name) || slices.ContainsFunc(x.Names, same) {
			out = append(out, SameName{Entity: x, Role: v.Role(x.ID, day), Support: v.supportOf(x)})
		}
	}
	slices.SortStableFunc(out, func(a, b SameName) int {
		return cmp.Or(-cmp.Compare(a.Support.Mentions, b.Support.Mentions), strings.Compare(a.Entity.ID, b.Entity.ID))
	})
	return out[:min(len(out), maxSameName)]
}

// Named reports whether reports call e by a name of its own, and not only
// "two officials" or "a diplomat".
func (v *View) Named(e *readout.Entity) bool {
	if e.Wikidata != "" {
		return true
	}
	return slices.ContainsFunc(e.Mentions, func(m readout.EntityMention) bool { return m.Form == readout.FormName })
}

// held groups positions, which are sorted by day, by issue: those on which most
// was said first. A copy may stand under an issue of its own: it goes before
// issues are told apart.
func (v *View) held(ps []*readout.Position) []HeldRow {
	l := v.look()
	at := map[string]int{}
	copies := map[string][]string{}
	var issues [][]*readout.Position
	for _, p := range ps {
		if o := l.copied[p.ID]; o != nil {
			copies[o.ID] = v.alsoIn(copies[o.ID], o, p)
			continue
		}
		i, ok := at[p.Issue]
		if !ok {
			i = len(issues)
			at[p.Issue] = i
			issues = append(issues, nil)
		}
		issues[i] = append(issues[i], p)
	}
	out := make([]HeldRow, len(issues))
	for i, ps := range issues {
		out[i].Issue = v.issues[ps[0].Issue]
		rows := make([]PositionRow, len(ps))
		for j, p := range ps {
			rows[j] = v.position(p)
			rows[j].Copies = copies[p.ID]
		}
		out[i].Positions = v.WithoutCopies(rows)
	}
	slices.SortStableFunc(out, func(a, b HeldRow) int {
		return cmp.Or(cmp.Compare(b2i(a.Issue == nil), b2i(b.Issue == nil)), -cmp.Compare(len(a.Positions), len(b.Positions)), strings.Compare(issueName(a.Issue), issueName(b.Issue)))
	})
	return out
}

func issueName(x *readout.Issue) string {
	if x == nil {
		return ""
	}
	return x.Name
}

// byDay sorts positions by the day they were taken, else reported.
func (v *View) byDay(rows []PositionRow) {
	slices.SortStableFunc(rows, func(a, b PositionRow) int {
		x, y := a.Position, b.Position
		return cmp.Or(strings.Compare(a.Day(), b.Day()), readout.ComparePublished(a.Reported, b.Reported), strings.Compare(x.Evidence.Report, y.Evidence.Report), x.Evidence.Span.Compare(y.Evidence.Span))
	})
}

// Day is the day on which a position was taken or, where that is unknown,
// reported; "~" when neither is known. See Dated.
func (r PositionRow) Day() string {
	if r.Dated() {
		return r.Position.Date.Value
	}
	return cmp.Or(r.Reported[:min(len(r.Reported), len("2006-01-02"))], "~")
}

// Dated reports whether Day is the day on which the position was taken, and
// not the report's.
func (r PositionRow) Dated() bool { return past(r.Position.Date, r.Reported) != "" }

// past is the value of the date on which something was said or done, "" when it
// is unknown or lies after the report that tells of it: then it is the date of
// what was spoken of.
func past(d *readout.Date, published string) string {
	if d == nil || published != "" && d.Value > published+"~" {
		return ""
	}
	return d.Value
}

// parts are the events of an entity by the part it played, most first.
func (v *View) parts(id string, newest int) []PartRow {
	by := map[string][]*readout.Event{}
	for _, e := range v.look().eventsOf[id] {
		var seen []string
		for _, p := range e.Participants {
			if p.Entity == id && !slices.Contains(seen, p.Role) {
				seen = append(seen, p.Role)
				by[p.Role] = append(by[p.Role], e)
			}
		}
	}
	var out []PartRow
	for part, events := range by {
		slices.SortFunc(events, func(a, b *readout.Event) int {
			return cmp.Or(cmp.Compare(b2i(day(a.Date) == "~"), b2i(day(b.Date) == "~")), -strings.Compare(day(a.Date), day(b.Date)), -cmp.Compare(len(a.Mentions), len(b.Mentions)), strings.Compare(a.ID, b.ID))
		})
		row := PartRow{Part: part, Count: len(events)}
		for _, e := range events[:min(len(events), newest)] {
			x, _ := v.Event(e.ID)
			row.Events = append(row.Events, x)
		}
		out = append(out, row)
	}
	slices.SortFunc(out, func(a, b PartRow) int {
		return cmp.Or(-cmp.Compare(a.Count, b.Count), strings.Compare(a.Part, b.Part))
	})
	return out
}

// relays are the links of a chain between its first speaker and the outlet of
// its report.
func relays(chain []readout.ChainLink) []readout.ChainLink {
	var outlet string
	for _, l := range chain {
		if l.OutletOfReport {
			outlet = l.Entity
		}
	}
	var out []readout.ChainLink
	for i, l := range chain {
		// An outlet that names itself as the one who was told passes nothing on.
		if i > 0 && !l.OutletOfReport && (outlet == "" || l.Entity != outlet) {
			out = append(out, l)
		}
	}
	return out
}

// carriers tell how outlets came by the words of an entity.
func (v *View) carriers(id string) []CarrierRow {
	at := map[string]int{}
	var out []CarrierRow
	through := []map[string]int{}
	for _, s := range v.look().saidBy[id] {
		i, ok := v.reports[s.Report]
		if !ok || !s.Uttered {
			continue
		}
		var o readout.Origin
		if i < len(v.Record.Origins) {
			o = v.Record.Origins[i]
		}
		key := cmp.Or(o.Outlet, v.OutletName(s.Report))
		n, ok := at[key]
		if !ok {
			n = len(out)
			at[key] = n
			out = append(out, CarrierRow{Outlet: o.Outlet, Name: v.OutletName(s.Report)})
			through = append(through, map[string]int{})
		}
		row := &out[n]
		if o.Kind == "copy" || o.Kind == "wire" && o.Of != o.Outlet {
			row.Copied++
			continue
		}
		if !slices.Contains(row.Reports, s.Report) {
			row.Reports = append(row.Reports, s.Report)
		}
		links := relays(s.Chain)
		if len(links) == 0 {
			row.Direct++
			continue
		}
		row.Relayed++
		for _, l := range links {
			if name := cmp.Or(v.EntityName(l.Entity), l.Text); name != "" {
				through[n][name]++
			}
		}
	}
	for i := range out {
		out[i].Through = byCount(through[i])
		slices.Sort(out[i].Reports)
	}
	slices.SortStableFunc(out, func(a, b CarrierRow) int {
		return cmp.Or(-cmp.Compare(a.Direct+a.Relayed, b.Direct+b.Relayed), -cmp.Compare(a.Copied, b.Copied), strings.Compare(a.Name, b.Name))
	})
	return out
}
