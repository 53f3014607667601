package export

import (
	"cmp"
	"slices"
	"strings"

	"golang.org/x/text/language"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/lexicons"
)

// PLOVER is the event ontology of the Open Event Data Alliance; the records
// here have the field names of chapter 6 of its manual (draft 2.0). Both forms
// are made from one record: the extended one keeps our types and adds what
// reports say under one key, the plain one is mapped down by
// lexicons/en/events/plover.tsv.

// ploverEvent is one line. Empty fields are unknown and left out.
type ploverEvent struct {
	ID        string         `json:"id"`
	Date      string         `json:"date,omitempty"`    // YYYY-MM-DD
	Time      string         `json:"time,omitempty"`    // date + "T" + time is ISO 8601
	EndDate   string         `json:"enddate,omitempty"` // last day of a range
	Actor     []ploverEntity `json:"actor"`
	Recipient []ploverEntity `json:"recipient,omitempty"`
	Event     []string       `json:"event"`
	EventLoc  *ploverPlace   `json:"event_loc,omitempty"`
	EventText []string       `json:"event_text"`
	QuadCode  int            `json:"quad_code,omitempty"`
	Mode      []string       `json:"mode,omitempty"`
	Context   []string       `json:"context,omitempty"` // of the auxiliary modes of section 2.3 only: topics are not read
	Link      string         `json:"link,omitempty"`    // thread
	CiteInfo  *ploverCite    `json:"cite_info,omitempty"`
	Coder     string         `json:"coder"`
	Readout   *ploverExtra   `json:"readout,omitempty"`
}

type ploverEntity struct {
	Code           string `json:"code,omitempty"`   // ISO 3166-1 alpha-3 and KOS
	Sector         string `json:"sector,omitempty"` // table 5.2
	EntityText     string `json:"entity_text"`
	IdentifierID   string `json:"identifier_id,omitempty"` // Wikidata
	IdentifierText string `json:"identifier_text,omitempty"`
	Office         string `json:"office,omitempty"`
}

type ploverPlace struct {
	ResolvedPlace string `json:"resolved_place"`
	CountryCode   string `json:"country_code,omitempty"`
}

type ploverCite struct {
	Citation    string `json:"citation"` // id of the report
	URL         string `json:"url,omitempty"`
	Title       string `json:"title,omitempty"`
	Language    string `json:"language,omitempty"`
	Publication string `json:"publication,omitempty"`
}

// ploverExtra is what the record knows beyond PLOVER, under the key "readout".
type ploverExtra struct {
	Type          string          `json:"type"`
	Mode          string          `json:"mode,omitempty"`
	Status        string          `json:"status"`
	Title         string          `json:"title"`
	Date          *ploverDate     `json:"date,omitempty"`
	Participants  []ploverPart    `json:"participants"`
	Mentions      int             `json:"mentions"`
	Origins       int             `json:"origins"` // independent of each other
	Reports       []ploverCite    `json:"reports"`
	Claims        []ploverClaim   `json:"claims"`
	Disagreements []ploverVerdict `json:"disagreements"`
	URI           string          `json:"uri"`
}

type ploverDate struct {
	Value     string `json:"value"`
	End       string `json:"end,omitempty"`
	Precision string `json:"precision"`
	Basis     string `json:"basis"`
}

type ploverPart struct {
	Entity string `json:"entity"`
	Name   string `json:"name"`
	Role   string `json:"role"`
}

// ploverClaim is who says what of an event: the words, where they stand, and
// the chain by which they came.
type ploverClaim struct {
	ID        string   `json:"id"`
	Attribute string   `json:"attribute"`
	Text      string   `json:"text"`
	Holder    string   `json:"holder,omitempty"` // "" for the outlet's own voice
	Chain     []string `json:"chain"`
	Report    string   `json:"report"`
	Start     int      `json:"start"`
	End       int      `json:"end"`
}

type ploverVerdict struct {
	Attribute string   `json:"attribute"`
	Verdict   string   `json:"verdict"`
	Why       string   `json:"why"`
	Claims    []string `json:"claims"`
}

// quads are the quad categories of chapter 3 of the manual: 1 verbal and 2
// material cooperation, 3 verbal and 4 material conflict. Its table 7.2 counts
// SANCTION as 3, its section 3.13.4 as 4; the section is followed.
var quads = map[string]int{
	"AGREE": 1, "CONSULT": 1, "SUPPORT": 1, "CONCEDE": 1, "COOPERATE": 2, "AID": 2, "RETREAT": 2, "REQUEST": 3, "ACCUSE": 3, "REJECT": 3, "THREATEN": 3,
	"PROTEST": 4, "SANCTION": 4, "MOBILIZE": 4, "COERCE": 4, "ASSAULT": 4,
}

// needsRecipient are the categories that chapter 3 of the manual lets nobody
// code without a recipient.
var needsRecipient = map[string]bool{"COOPERATE": true, "AID": true, "SANCTION": true}

// auxiliary are the auxiliary modes of section 2.3 that a status is.
var auxiliary = map[readout.EventStatus]string{readout.Planned: "future", readout.Hypothetical: "hypothetical", readout.Denied: "negation"}

// sectors are the sector codes of table 5.2 by the kinds of offices in
// lexicons/en/titles.tsv; kinds that say nothing of a sector are not in it.
var sectors = map[string]string{
	"head-of-state": "GOV", "head-of-government": "GOV", "minister": "GOV", "envoy": "GOV", "legislator": "LEG", "judge": "JUD", "military": "MIL", "police": "COP",
	"religious": "REL", "business": "BUS", "academic": "EDU", "media": "JRN", "medical": "MED", "activist": "CVL",
}

// ploverLists are the lists that the mapping needs.
type ploverLists struct {
	types  map[string][2]string // "TYPE mode" → PLOVER type and mode
	office map[string]string    // title → sector
}

func loadPlover() (*ploverLists, error) {
	l := &ploverLists{types: map[string][2]string{}, office: map[string]string{}}
	undash := func(s string) string {
		if s == "-" {
			return ""
		}
		return s
	}
	err := lexicons.Rows(lexicons.FS, "en/events/plover.tsv", 6, func(c []string) error {
		l.types[c[0]+" "+undash(c[1])] = [2]string{c[2], undash(c[3])}
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = lexicons.Rows(lexicons.FS, "en/titles.tsv", 0, func(c []string) error {
		if len(c) < 2 || sectors[c[1]] == "" {
			return nil
		}
		names := []string{c[0]}
		if len(c) > 4 {
			names = append(names, strings.Split(c[4], "|")...)
		}
		for _, n := range names {
			if n != "" && l.office[n] == "" {
				l.office[n] = sectors[c[1]]
			}
		}
		return nil
	})
	return l, err
}

func writePlover(j *job) error      { return j.plover(false) }
func writePlainPlover(j *job) error { return j.plover(true) }

func (j *job) plover(plain bool) error {
	lists, err := loadPlover()
	if err != nil {
		return err
	}
	w, err := j.create("events.jsonl")
	if err != nil {
		return err
	}
	seen := ploverSeen{reports: map[string]bool{}, entities: map[string]bool{}}
	link := map[string]string{} // event → thread
	for _, t := range j.rec.Threads {
		for _, id := range t.Events {
			link[id] = cmp.Or(link[id], t.ID)
		}
		seen.threads = append(seen.threads, t.ID)
	}
	claims, verdicts := map[string][]*readout.Claim{}, map[string][]*readout.Disagreement{}
	for _, c := range j.rec.Claims {
		claims[c.Event] = append(claims[c.Event], c)
	}
	for _, d := range j.rec.Disagreements {
		verdicts[d.Event] = append(verdicts[d.Event], d)
	}
	linked := map[string]bool{}
	for _, e := range j.rec.Events {
		out, why, err := j.ploverEvent(lists, e, plain, &seen)
		if err != nil {
			return err
		}
		if out == nil {
			j.leave("event", why)
			continue
		}
		if out.Link = link[e.ID]; out.Link != "" {
			linked[out.Link] = true
		}
		if !plain {
			if out.Readout, err = j.ploverExtra(e, claims[e.ID], verdicts[e.ID], &seen); err != nil {
				return err
			}
		}
		w.json(out, false)
		w.item()
		j.in("event")
	}
	for _, id := range seen.threads {
		j.inOr("thread", linked[id], "none of its events is in the file")
	}
	for _, r := range j.rec.Reports {
		j.inOr("report", seen.reports[r.ID], "cited by no event in the file")
	}
	for _, e := range j.rec.Entities {
		j.inOr("entity", seen.entities[e.ID], "takes part in no event in the file")
	}
	return w.close()
}

// inOr counts a fact that is in the files where in is true, else as left out.
func (j *job) inOr(kind string, in bool, reason string) {
	if in {
		j.in(kind)
		return
	}
	j.leave(kind, reason)
}

// ploverSeen is what came along with the events.
type ploverSeen struct {
	threads           []string
	reports, entities map[string]bool
}

// ploverEvent is e as a line; nil and why where the form has no place for it.
func (j *job) ploverEvent(lists *ploverLists, e *readout.Event, plain bool, seen *ploverSeen) (out *ploverEvent, why string, err error) {
	typ, mode := e.Type, e.Mode
	if plain {
		m, ok := lists.types[e.Type+" "+e.Mode]
		if !ok {
			m, ok = lists.types[e.Type+" "]
		}
		if typ, mode = m[0], m[1]; !ok || quads[typ] == 0 {
			return nil, "its type " + e.Type + " has none in PLOVER", nil
		}
	}
	out = &ploverEvent{ID: e.ID, Event: []string{typ}, QuadCode: quads[typ], Actor: []ploverEntity{}, EventText: []string{}, Coder: strings.TrimSpace("Readout " + j.o.Version)}
	if mode != "" {
		out.Mode = []string{mode}
	}
	if aux := auxiliary[e.Status]; aux != "" {
		out.Context = []string{aux}
	}
	if d, ok := day(e.Date); ok {
		out.Date, out.EndDate = d, lastDay(e.Date)
		if _, t, timed := strings.Cut(e.Date.Value, "T"); timed {
			out.Time = t
		}
	} else if plain {
		return nil, "its day is not known, and PLOVER requires one", nil
	}
	var named []string
	for _, p := range e.Participants {
		x := j.v.Entity(p.Entity)
		if x == nil || p.Role == "place" {
			continue
		}
		named = append(named, x.ID)
		side := &out.Actor
		if p.Role == "patient" || p.Role == "recipient" || p.Role == "host" {
			side = &out.Recipient
		}
		*side = append(*side, lists.entity(x))
	}
	if len(out.Actor) == 0 && plain {
		return nil, "nobody is named who did it, and PLOVER requires an actor", nil
	}
	if len(out.Recipient) == 0 && plain && needsRecipient[typ] {
		return nil, "nobody is named whom it was done to, and PLOVER requires a recipient of " + typ, nil
	}
	if x := j.v.Entity(e.Place); x != nil {
		out.EventLoc = &ploverPlace{x.Name, alpha3(x.Country)}
		named = append(named, x.ID)
	}
	for _, m := range e.Mentions {
		if _, _, err := j.span(m.Report, m.Trigger); err != nil {
			return nil, "", err
		}
		if t := strings.ToLower(j.words(m.Report, m.Trigger)); !slices.Contains(out.EventText, t) {
			out.EventText = append(out.EventText, t)
		}
	}
	slices.Sort(out.EventText)
	if cites := j.cites(e); len(cites) > 0 {
		out.CiteInfo = &cites[0]
		seen.reports[cites[0].Citation] = true
	}
	for _, id := range named {
		seen.entities[id] = true
	}
	return out, "", nil
}

// entity is x as an actor.
func (l *ploverLists) entity(x *readout.Entity) ploverEntity {
	out := ploverEntity{Code: alpha3(x.Country), EntityText: x.Name, IdentifierID: x.Wikidata}
	if x.Wikidata != "" {
		out.IdentifierText = x.Name
	}
	if x.Type == readout.Outlet {
		out.Sector = "JRN"
	}
	if x.Type != readout.Person {
		return out
	}
	for _, r := range x.Roles {
		if len(r.Title) > len(out.Office) { // the fullest
			out.Office = r.Title
		}
		title, _, _ := strings.Cut(strings.ToLower(r.Title), " of ")
		out.Sector = cmp.Or(out.Sector, l.office[strings.ToLower(r.Title)], l.office[title])
	}
	return out
}

// alpha3 is the three-letter code of a country; "" for what has none.
func alpha3(country string) string {
	if country == "XK" {
		return "KOS" // as section 5.1 of the manual has it; ISO has none
	}
	r, err := language.ParseRegion(country)
	if err != nil || !r.IsCountry() || r.IsPrivateUse() {
		return ""
	}
	if s := r.ISO3(); s != "ZZZ" {
		return s
	}
	return ""
}

// cites are the reports that tell of e, by publication; the undated come last.
func (j *job) cites(e *readout.Event) []ploverCite {
	row, _ := j.v.Event(e.ID)
	reports := slices.Clone(row.Support.Reports)
	slices.SortStableFunc(reports, func(a, b string) int { return readout.ComparePublished(j.published(a), j.published(b)) })
	out := []ploverCite{}
	for _, id := range reports {
		if r := j.v.Report(id); r != nil {
			out = append(out, ploverCite{r.ID, address(r), r.Title, r.Language, j.v.OutletName(id)})
		}
	}
	return out
}

// published is the publication date of a report, behind all others where it is
// not known.
func (j *job) published(report string) string {
	if r := j.v.Report(report); r != nil && r.Published.Value != "" {
		return r.Published.Value
	}
	return "~"
}

func (j *job) ploverExtra(e *readout.Event, claims []*readout.Claim, verdicts []*readout.Disagreement, seen *ploverSeen) (*ploverExtra, error) {
	row, _ := j.v.Event(e.ID)
	x := &ploverExtra{
		Type: e.Type, Mode: e.Mode, Status: string(e.Status), Title: e.Title, Participants: []ploverPart{}, Mentions: row.Support.Mentions, Origins: row.Support.Origins,
		Reports: j.cites(e), Claims: []ploverClaim{}, Disagreements: []ploverVerdict{}, URI: j.iri(e.ID),
	}
	if e.Date != nil {
		x.Date = &ploverDate{e.Date.Value, e.Date.End, e.Date.Precision, e.Date.Basis}
	}
	for _, p := range e.Participants {
		x.Participants = append(x.Participants, ploverPart{p.Entity, j.v.EntityName(p.Entity), p.Role})
		seen.entities[p.Entity] = true
	}
	for _, r := range x.Reports {
		seen.reports[r.Citation] = true
	}
	for _, c := range claims {
		start, end, err := j.span(c.Evidence.Report, c.Evidence.Span)
		if err != nil {
			return nil, err
		}
		j.in("claim")
		x.Claims = append(x.Claims, ploverClaim{c.ID, c.Attribute, c.Text, j.v.EntityName(c.Holder), j.v.Chain(c.Chain, c.Evidence.Report), c.Evidence.Report, start, end})
		if c.Holder != "" {
			seen.entities[c.Holder] = true
		}
		seen.reports[c.Evidence.Report] = true
	}
	for _, d := range verdicts {
		j.in("disagreement")
		x.Disagreements = append(x.Disagreements, ploverVerdict{d.Attribute, string(d.Verdict), d.Why, d.Claims})
	}
	return x, nil
}
