package export

import (
	"cmp"
	"slices"
	"time"

	"github.com/readout-news/readout"
)

// The rows below are the columns of CSV and Parquet. Ids join the tables; a
// name stands beside each id, so that a table can be read alone. Offsets count
// Unicode code points of the report's text. A column that ends in _start is the
// first moment of the date before it, one that ends in _stop the first moment
// after it, in UTC.

// placed are the columns that say where the words of a fact stand.
type placed struct {
	Report     string `parquet:"report,dict"`
	OutletName string `parquet:"outlet_name,dict"`
	Start      int64  `parquet:"start"`
	End        int64  `parquet:"end"`
}

// decided are the columns that say by what rule a fact was read.
type decided struct {
	Annotator string `parquet:"annotator,dict"`
	Version   string `parquet:"version,dict"`
	Rule      string `parquet:"rule,dict"`
}

type reportRow struct {
	ID                 string     `parquet:"id"`
	URL                *string    `parquet:"url,optional"`
	Path               *string    `parquet:"path,optional"`
	Outlet             *string    `parquet:"outlet,optional"`
	OutletName         string     `parquet:"outlet_name"`
	Title              *string    `parquet:"title,optional"`
	Language           *string    `parquet:"language,optional"`
	SHA256             string     `parquet:"sha256"`
	Published          *string    `parquet:"published,optional"`
	PublishedStart     *time.Time `parquet:"published_start,optional,timestamp(millisecond)"`
	PublishedPrecision *string    `parquet:"published_precision,optional"`
	PublishedBasis     string     `parquet:"published_basis"`
	OriginKind         *string    `parquet:"origin_kind,optional"`
	OriginOf           *string    `parquet:"origin_of,optional"`
	OriginWhy          *string    `parquet:"origin_why,optional"`
	Skipped            *string    `parquet:"skipped,optional"`
}

type entityRow struct {
	ID       string   `parquet:"id"`
	Type     string   `parquet:"type,dict"`
	Name     string   `parquet:"name"`
	Names    []string `parquet:"names,list"`
	Wikidata *string  `parquet:"wikidata,optional"`
	Country  *string  `parquet:"country,optional"`
	Members  []string `parquet:"members,list"`
	Roles    []string `parquet:"roles,list"`
	Mentions int64    `parquet:"mentions"`
}

type mentionRow struct {
	Of     string  `parquet:"of"` // id of the entity or event
	Kind   string  `parquet:"kind,dict"`
	Report string  `parquet:"report,dict"`
	Start  int64   `parquet:"start"`
	End    int64   `parquet:"end"`
	Text   string  `parquet:"text"`
	Form   *string `parquet:"form,optional"`   // of an entity's mention
	Status *string `parquet:"status,optional"` // of an event's mention
	decided
}

// dateCols are the columns of a date.
type dateCols struct {
	value, precision, basis *string
	start, stop             *time.Time
}

func dateOf(d *readout.Date) dateCols {
	if d == nil {
		return dateCols{}
	}
	value := d.Value
	if d.End != "" {
		value += "/" + d.End // an interval of ISO 8601
	}
	start, stop := times(d)
	return dateCols{opt(value), opt(d.Precision), opt(d.Basis), start, stop}
}

type eventRow struct {
	ID            string     `parquet:"id"`
	Type          string     `parquet:"type,dict"`
	Mode          *string    `parquet:"mode,optional"`
	Title         string     `parquet:"title"`
	Status        string     `parquet:"status,dict"`
	Date          *string    `parquet:"date,optional"`
	DateStart     *time.Time `parquet:"date_start,optional,timestamp(millisecond)"`
	DateStop      *time.Time `parquet:"date_stop,optional,timestamp(millisecond)"`
	DatePrecision *string    `parquet:"date_precision,optional"`
	DateBasis     *string    `parquet:"date_basis,optional"`
	Place         *string    `parquet:"place,optional"`
	PlaceName     *string    `parquet:"place_name,optional"`
	Mentions      int64      `parquet:"mentions"`
	Reports       int64      `parquet:"reports"`
	Origins       int64      `parquet:"origins"` // independent of each other
	Conflicts     int64      `parquet:"conflicts"`
}

type participantRow struct {
	Event  string `parquet:"event"`
	Entity string `parquet:"entity"`
	Name   string `parquet:"name"`
	Role   string `parquet:"role,dict"`
}

type statementRow struct {
	ID            string     `parquet:"id"`
	Report        string     `parquet:"report,dict"`
	OutletName    string     `parquet:"outlet_name,dict"`
	Kind          string     `parquet:"kind,dict"`
	Text          string     `parquet:"text"`
	Start         int64      `parquet:"start"` // of the first piece
	End           int64      `parquet:"end"`   // of the last piece
	Speaker       *string    `parquet:"speaker,optional"`
	SpeakerName   *string    `parquet:"speaker_name,optional"`
	Source        *string    `parquet:"source,optional"` // as the report names it
	Cue           *string    `parquet:"cue,optional"`
	Chain         []string   `parquet:"chain,list"`
	Addressee     *string    `parquet:"addressee,optional"`
	AddresseeName *string    `parquet:"addressee_name,optional"`
	Medium        *string    `parquet:"medium,optional"`
	Date          *string    `parquet:"date,optional"`
	DateStart     *time.Time `parquet:"date_start,optional,timestamp(millisecond)"`
	DateStop      *time.Time `parquet:"date_stop,optional,timestamp(millisecond)"`
	Event         *string    `parquet:"event,optional"`
	NestedIn      *string    `parquet:"nested_in,optional"`
	Uttered       bool       `parquet:"uttered"`
	Utterance     *string    `parquet:"utterance,optional"`
	decided
}

type claimRow struct {
	ID         string     `parquet:"id"`
	Event      string     `parquet:"event"`
	Attribute  string     `parquet:"attribute,dict"`
	Text       string     `parquet:"text"`
	Unit       *string    `parquet:"unit,optional"`
	Min        *float64   `parquet:"min,optional"`
	Max        *float64   `parquet:"max,optional"`
	Approx     *float64   `parquet:"approx,optional"`
	Date       *string    `parquet:"date,optional"`
	DateStart  *time.Time `parquet:"date_start,optional,timestamp(millisecond)"`
	DateStop   *time.Time `parquet:"date_stop,optional,timestamp(millisecond)"`
	Entity     *string    `parquet:"entity,optional"`
	EntityName *string    `parquet:"entity_name,optional"`
	Value      *string    `parquet:"value,optional"`
	Hedge      *string    `parquet:"hedge,optional"`
	Holder     *string    `parquet:"holder,optional"`
	HolderName *string    `parquet:"holder_name,optional"`
	Chain      []string   `parquet:"chain,list"`
	placed
	Verdict     *string `parquet:"verdict,optional"`
	VerdictNote *string `parquet:"verdict_note,optional"`
	decided
}

type disagreementRow struct {
	Event     string   `parquet:"event"`
	Attribute string   `parquet:"attribute,dict"`
	Verdict   string   `parquet:"verdict,dict"`
	Why       string   `parquet:"why"`
	Claims    []string `parquet:"claims,list"`
}

type positionRow struct {
	ID            string     `parquet:"id"`
	Party         *string    `parquet:"party,optional"`
	PartyName     *string    `parquet:"party_name,optional"`
	Stance        string     `parquet:"stance,dict"`
	Issue         *string    `parquet:"issue,optional"`
	IssueName     *string    `parquet:"issue_name,optional"`
	Text          string     `parquet:"text"`
	Terms         *string    `parquet:"terms,optional"`
	If            *string    `parquet:"if,optional"`
	Addressee     *string    `parquet:"addressee,optional"`
	AddresseeName *string    `parquet:"addressee_name,optional"`
	Speaker       *string    `parquet:"speaker,optional"`
	SpeakerName   *string    `parquet:"speaker_name,optional"`
	Chain         []string   `parquet:"chain,list"`
	Date          *string    `parquet:"date,optional"`
	DateStart     *time.Time `parquet:"date_start,optional,timestamp(millisecond)"`
	DateStop      *time.Time `parquet:"date_stop,optional,timestamp(millisecond)"`
	Until         *string    `parquet:"until,optional"`
	UntilStop     *time.Time `parquet:"until_stop,optional,timestamp(millisecond)"`
	Change        *string    `parquet:"change,optional"`
	Previous      *string    `parquet:"previous,optional"`
	Statement     *string    `parquet:"statement,optional"`
	Event         *string    `parquet:"event,optional"`
	Uttered       bool       `parquet:"uttered"`
	placed
	decided
}

type commitmentRow struct {
	ID         string     `parquet:"id"`
	Party      *string    `parquet:"party,optional"`
	PartyName  *string    `parquet:"party_name,optional"`
	To         *string    `parquet:"to,optional"`
	ToName     *string    `parquet:"to_name,optional"`
	Terms      string     `parquet:"terms"`
	If         *string    `parquet:"if,optional"`
	Made       *string    `parquet:"made,optional"`
	MadeStart  *time.Time `parquet:"made_start,optional,timestamp(millisecond)"`
	Until      *string    `parquet:"until,optional"`
	UntilStop  *time.Time `parquet:"until_stop,optional,timestamp(millisecond)"`
	Position   *string    `parquet:"position,optional"`
	Violations int64      `parquet:"violations"` // alleged
	placed
	decided
}

type violationRow struct {
	Commitment  string   `parquet:"commitment"`
	Accuser     *string  `parquet:"accuser,optional"`
	AccuserName *string  `parquet:"accuser_name,optional"`
	Accused     *string  `parquet:"accused,optional"`
	AccusedName *string  `parquet:"accused_name,optional"`
	Text        string   `parquet:"text"`
	Position    *string  `parquet:"position,optional"`
	DeniedBy    []string `parquet:"denied_by,list"`
	Report      string   `parquet:"report,dict"`
	Start       int64    `parquet:"start"`
	End         int64    `parquet:"end"`
}

type responseRow struct {
	ID        string     `parquet:"id"`
	Party     *string    `parquet:"party,optional"`
	PartyName *string    `parquet:"party_name,optional"`
	Kind      string     `parquet:"kind,dict"`
	Text      string     `parquet:"text"`
	Event     *string    `parquet:"event,optional"`
	Statement *string    `parquet:"statement,optional"`
	About     *string    `parquet:"about,optional"` // in the report's words
	To        *string    `parquet:"to,optional"`
	ToName    *string    `parquet:"to_name,optional"`
	Chain     []string   `parquet:"chain,list"`
	Date      *string    `parquet:"date,optional"`
	DateStart *time.Time `parquet:"date_start,optional,timestamp(millisecond)"`
	DateStop  *time.Time `parquet:"date_stop,optional,timestamp(millisecond)"`
	placed
	decided
}

type variantRow struct {
	Utterance   string  `parquet:"utterance"`
	Speaker     *string `parquet:"speaker,optional"`
	SpeakerName *string `parquet:"speaker_name,optional"`
	Statement   string  `parquet:"statement"`
	Kind        string  `parquet:"kind,dict"`
	Changes     int64   `parquet:"changes"`
}

type issueRow struct {
	ID        string   `parquet:"id"`
	Name      string   `parquet:"name"`
	Names     []string `parquet:"names,list"`
	Positions []string `parquet:"positions,list"`
}

type threadRow struct {
	ID      string   `parquet:"id"`
	Title   string   `parquet:"title"`
	Parties []string `parquet:"parties,list"`
	Events  []string `parquet:"events,list"`
	Reports []string `parquet:"reports,list"`
}

func (j *job) place(ev readout.Evidence) (placed, error) {
	start, end, err := j.span(ev.Report, ev.Span)
	return placed{ev.Report, j.v.OutletName(ev.Report), int64(start), int64(end)}, err
}

func by(b readout.By) decided { return decided{b.Annotator, b.Version, b.Rule} }

func (j *job) name(id string) *string { return opt(j.v.EntityName(id)) }

// tables in the order in which they are written.
func tables() []table {
	return []table{
		tableOf("events", eventRows), tableOf("participants", participantRows), tableOf("statements", statementRows), tableOf("claims", claimRows),
		tableOf("disagreements", disagreementRows), tableOf("positions", positionRows), tableOf("responses", responseRows), tableOf("commitments", commitmentRows),
		tableOf("violations", violationRows), tableOf("variants", variantRows), tableOf("issues", issueRows), tableOf("threads", threadRows),
		tableOf("entities", entityRows), tableOf("mentions", mentionRows), tableOf("reports", reportRows),
	}
}

func reportRows(j *job, emit func(reportRow) error) error {
	for i, r := range j.rec.Reports {
		j.in("report")
		var o readout.Origin
		if i < len(j.rec.Origins) {
			o = j.rec.Origins[i]
		}
		from, _, ok := moment(r.Published.Value)
		row := reportRow{
			ID: r.ID, URL: opt(r.URL), Path: opt(r.Path), Outlet: opt(o.Outlet), OutletName: j.v.OutletName(r.ID), Title: opt(r.Title), Language: opt(r.Language), SHA256: r.SHA256,
			Published: opt(r.Published.Value), PublishedPrecision: opt(r.Published.Precision), PublishedBasis: cmp.Or(string(r.Published.Basis), string(readout.BasisNone)),
			OriginKind: opt(o.Kind), OriginOf: opt(o.Of), OriginWhy: opt(o.Why), Skipped: opt(r.Skip),
		}
		if ok {
			row.PublishedStart = &from
		}
		if err := emit(row); err != nil {
			return err
		}
	}
	return nil
}

func entityRows(j *job, emit func(entityRow) error) error {
	for _, e := range j.rec.Entities {
		j.in("entity")
		row := entityRow{ID: e.ID, Type: string(e.Type), Name: e.Name, Names: e.Names, Wikidata: opt(e.Wikidata), Country: opt(e.Country), Members: e.Members, Mentions: int64(len(e.Mentions))}
		if whole := j.v.Entity(e.ID); whole != nil {
			row.Mentions = int64(len(whole.Mentions))
		}
		for _, r := range e.Roles {
			row.Roles = append(row.Roles, r.Title)
		}
		if err := emit(row); err != nil {
			return err
		}
	}
	return nil
}

// mentionRows are those of entities, then those of events. A part of a record
// has its entities without their mentions.
func mentionRows(j *job, emit func(mentionRow) error) error {
	row := func(of, kind string, ev readout.Evidence, form, status string) error {
		p, err := j.place(ev)
		if err != nil {
			return err
		}
		return emit(mentionRow{of, kind, p.Report, p.Start, p.End, j.words(ev.Report, ev.Span), opt(form), opt(status), by(ev.By)})
	}
	for _, e := range j.rec.Entities {
		for _, m := range e.Mentions {
			if err := row(e.ID, "entity", m.Evidence, string(m.Form), ""); err != nil {
				return err
			}
		}
	}
	for _, e := range j.rec.Events {
		for _, m := range e.Mentions {
			if err := row(e.ID, "event", m.Evidence, "", string(m.Status)); err != nil {
				return err
			}
		}
	}
	return nil
}

func eventRows(j *job, emit func(eventRow) error) error {
	for _, e := range j.rec.Events {
		j.in("event")
		r, _ := j.v.Event(e.ID)
		d := dateOf(e.Date)
		row := eventRow{
			ID: e.ID, Type: e.Type, Mode: opt(e.Mode), Title: e.Title, Status: string(e.Status), Date: d.value, DateStart: d.start, DateStop: d.stop, DatePrecision: d.precision, DateBasis: d.basis,
			Place: opt(e.Place), PlaceName: j.name(e.Place), Mentions: int64(r.Support.Mentions), Reports: int64(len(r.Support.Reports)), Origins: int64(r.Support.Origins),
		}
		for _, x := range r.Differ {
			if x.Verdict == readout.Conflict {
				row.Conflicts++
			}
		}
		if err := emit(row); err != nil {
			return err
		}
	}
	return nil
}

func participantRows(j *job, emit func(participantRow) error) error {
	for _, e := range j.rec.Events {
		for _, p := range e.Participants {
			if err := emit(participantRow{e.ID, p.Entity, j.v.EntityName(p.Entity), p.Role}); err != nil {
				return err
			}
		}
	}
	return nil
}

func statementRows(j *job, emit func(statementRow) error) error {
	for _, s := range j.rec.Statements {
		j.in("statement")
		d := dateOf(s.Date)
		row := statementRow{
			ID: s.ID, Report: s.Report, OutletName: j.v.OutletName(s.Report), Kind: string(s.Kind), Text: s.Text, Speaker: opt(s.Speaker), SpeakerName: j.name(s.Speaker), Chain: j.v.Chain(s.Chain, s.Report),
			Addressee: opt(s.Addressee), AddresseeName: j.name(s.Addressee), Medium: opt(s.Medium), Date: d.value, DateStart: d.start, DateStop: d.stop, Event: opt(s.Event), NestedIn: opt(s.NestedIn),
			Uttered: s.Uttered, Utterance: opt(s.Utterance), decided: by(s.By),
		}
		if n := len(s.Content); n > 0 {
			p, err := j.place(readout.Evidence{Report: s.Report, Span: readout.Span{Start: s.Content[0].Start, End: s.Content[n-1].End}})
			if err != nil {
				return err
			}
			row.Start, row.End = p.Start, p.End
		}
		for _, x := range []struct {
			at *readout.Span
			to **string
		}{{s.Source, &row.Source}, {s.Cue, &row.Cue}} {
			if x.at == nil {
				continue
			}
			if _, _, err := j.span(s.Report, *x.at); err != nil {
				return err
			}
			*x.to = opt(j.words(s.Report, *x.at))
		}
		if err := emit(row); err != nil {
			return err
		}
	}
	return nil
}

// verdicts are the disagreements by the claims that they compare.
func (j *job) verdicts() map[string]*readout.Disagreement {
	out := map[string]*readout.Disagreement{}
	for _, d := range j.rec.Disagreements {
		for _, id := range d.Claims {
			out[id] = d
		}
	}
	return out
}

func claimRows(j *job, emit func(claimRow) error) error {
	verdicts := j.verdicts()
	for _, c := range j.rec.Claims {
		j.in("claim")
		p, err := j.place(c.Evidence)
		if err != nil {
			return err
		}
		d := dateOf(c.Value.Date)
		row := claimRow{
			ID: c.ID, Event: c.Event, Attribute: c.Attribute, Text: c.Text, Unit: opt(c.Value.Unit), Min: c.Value.Min, Max: c.Value.Max, Approx: c.Value.Approx, Date: d.value, DateStart: d.start, DateStop: d.stop,
			Entity: opt(c.Value.Entity), EntityName: j.name(c.Value.Entity), Value: opt(c.Value.Text), Hedge: opt(c.Hedge), Holder: opt(c.Holder), HolderName: j.name(c.Holder), Chain: j.v.Chain(c.Chain, c.Evidence.Report),
			placed: p, decided: by(c.Evidence.By),
		}
		if v := verdicts[c.ID]; v != nil {
			row.Verdict, row.VerdictNote = opt(string(v.Verdict)), opt(v.Why)
		}
		if err := emit(row); err != nil {
			return err
		}
	}
	return nil
}

func disagreementRows(j *job, emit func(disagreementRow) error) error {
	for _, d := range j.rec.Disagreements {
		j.in("disagreement")
		if err := emit(disagreementRow{d.Event, d.Attribute, string(d.Verdict), d.Why, d.Claims}); err != nil {
			return err
		}
	}
	return nil
}

func positionRows(j *job, emit func(positionRow) error) error {
	issues := map[string]string{}
	for _, x := range j.v.Record.Issues {
		issues[x.ID] = x.Name
	}
	for _, x := range j.rec.Positions {
		j.in("position")
		p, err := j.place(x.Evidence)
		if err != nil {
			return err
		}
		d, until := dateOf(x.Date), dateOf(x.Until)
		err = emit(positionRow{
			ID: x.ID, Party: opt(x.Party), PartyName: j.name(x.Party), Stance: string(x.Stance), Issue: opt(x.Issue), IssueName: opt(issues[x.Issue]), Text: x.Text, Terms: opt(x.Terms), If: opt(x.If),
			Addressee: opt(x.Addressee), AddresseeName: j.name(x.Addressee), Speaker: opt(x.Speaker), SpeakerName: j.name(x.Speaker), Chain: j.v.Chain(x.Chain, x.Evidence.Report), Date: d.value, DateStart: d.start, DateStop: d.stop,
			Until: until.value, UntilStop: until.stop, Change: opt(x.Change), Previous: opt(x.Previous), Statement: opt(x.Statement), Event: opt(x.Event), Uttered: x.Uttered,
			placed: p, decided: by(x.Evidence.By),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func commitmentRows(j *job, emit func(commitmentRow) error) error {
	for _, c := range j.rec.Commitments {
		j.in("commitment")
		p, err := j.place(c.Evidence)
		if err != nil {
			return err
		}
		made, until := dateOf(c.Made), dateOf(c.Until)
		err = emit(commitmentRow{
			ID: c.ID, Party: opt(c.Party), PartyName: j.name(c.Party), To: opt(c.To), ToName: j.name(c.To), Terms: c.Terms, If: opt(c.If), Made: made.value, MadeStart: made.start, Until: until.value, UntilStop: until.stop,
			Position: opt(c.Position), Violations: int64(len(c.Violations)), placed: p,
			decided: by(c.Evidence.By),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func violationRows(j *job, emit func(violationRow) error) error {
	for _, c := range j.rec.Commitments {
		for _, v := range c.Violations {
			p, err := j.place(v.Evidence)
			if err != nil {
				return err
			}
			if err := emit(violationRow{c.ID, opt(v.Accuser), j.name(v.Accuser), opt(v.Accused), j.name(v.Accused), j.words(v.Evidence.Report, v.Evidence.Span), opt(v.Position), slices.Clone(v.DeniedBy), p.Report, p.Start, p.End}); err != nil {
				return err
			}
		}
	}
	return nil
}

func responseRows(j *job, emit func(responseRow) error) error {
	for _, r := range j.rec.Responses {
		j.in("response")
		p, err := j.place(r.Evidence)
		if err != nil {
			return err
		}
		d := dateOf(r.Date)
		err = emit(responseRow{
			ID: r.ID, Party: opt(r.Party), PartyName: j.name(r.Party), Kind: string(r.Kind), Text: j.words(r.Evidence.Report, r.Evidence.Span), Event: opt(r.Event), Statement: opt(r.Statement), About: opt(r.About),
			To: opt(r.To), ToName: j.name(r.To), Chain: j.v.Chain(r.Chain, r.Evidence.Report), Date: d.value, DateStart: d.start, DateStop: d.stop, placed: p,
			decided: by(r.Evidence.By),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func variantRows(j *job, emit func(variantRow) error) error {
	for _, u := range j.rec.Utterances {
		j.in("utterance")
		for _, v := range u.Variants {
			if err := emit(variantRow{u.ID, opt(u.Speaker), j.name(u.Speaker), v.Statement, v.Kind, int64(len(v.Changes))}); err != nil {
				return err
			}
		}
	}
	return nil
}

func issueRows(j *job, emit func(issueRow) error) error {
	for _, x := range j.rec.Issues {
		j.in("issue")
		if err := emit(issueRow{x.ID, x.Name, x.Names, x.Positions}); err != nil {
			return err
		}
	}
	return nil
}

func threadRows(j *job, emit func(threadRow) error) error {
	for _, t := range j.rec.Threads {
		j.in("thread")
		if err := emit(threadRow{t.ID, t.Title, t.Parties, t.Events, t.Reports}); err != nil {
			return err
		}
	}
	return nil
}
