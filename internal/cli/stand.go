package cli

import (
	"fmt"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/view"
)

// nothing says that no line fits, and what to do.
func (t *terminal) nothing(what, todo string) {
	t.line("", 0, what+" "+styleDim.Render(todo))
}

// noneHeld is said where a record has nothing of a kind at all.
const noneHeld = "The record holds none. (A store that an earlier Readout filled learns of them at the next “readout ingest”.)"

// dateLead is what stands in the date column.
func dateLead(d *readout.Date) string {
	if d == nil || d.Value == "" {
		return styleDim.Render("no date")
	}
	return eventDate(d)
}

// quoted puts words of a report in quotation marks, unless they stand in such.
func quoted(s string) string {
	s = clean(s)
	if strings.HasPrefix(s, "“") && strings.HasSuffix(s, "”") && strings.Count(s, "“") == 1 {
		return s
	}
	return "“" + s + "”"
}

// through is the chain and the day of publication, in one dim line with the id.
func through(t *terminal, chain []string, reported, note, id string) {
	s := strings.Join(chain, " → ")
	if reported != "" {
		s += ", " + isoDate(reported)
	}
	s = clean(s)
	if note != "" {
		s += "  " + note
	}
	t.line("", dateColumn, styleDim.Render(s+"  "+id))
}

// overviewPositions bounds what is shown of a party where none was asked for.
const overviewPositions = 12

// renderPositions prints positions by party and issue, at most perParty of a
// party; 0 prints all.
func renderPositions(t *terminal, v *view.View, rows []view.PositionRow, perParty int) {
	if len(rows) == 0 {
		held := noneHeld
		if p := v.Parties(); len(p) > 0 {
			held = fmt.Sprintf("%s of: %s. Drop a filter, or name one of them.", plural(len(v.Record.Positions), "position is held,", "positions are held,"), clean(strings.Join(p[:min(len(p), 8)], ", ")))
		}
		t.nothing("No position fits.", held)
		return
	}
	count := map[string]int{}
	for _, r := range rows {
		count[r.Position.Party]++
	}
	shown := 0
	for i, r := range rows {
		p := r.Position
		if i == 0 || rows[i-1].Position.Party != p.Party {
			shown = 0
			if i > 0 {
				t.blank()
			}
			t.line("", 0, styleName.Render(nameOr(r.Party, "A party that no report names"))+styleDim.Render(fmt.Sprintf("  (%s)", plural(count[p.Party], "position", "positions"))))
		}
		shown++
		if perParty > 0 && shown > perParty {
			if shown == perParty+1 {
				t.blank()
				t.more(count[p.Party]-perParty, "positions", r.Party)
			}
			continue
		}
		if i == 0 || rows[i-1].Position.Party != p.Party || rows[i-1].Position.Issue != p.Issue {
			t.blank()
			if r.Issue != "" {
				t.line("", 2, "on "+styleHead.Render(clean(r.Issue))+styleDim.Render("  "+p.Issue))
			} else {
				t.line("", 2, styleDim.Render("on no issue that others name"))
			}
		}
		renderPosition(t, r)
	}
}

func nameOr(name, or string) string {
	if name == "" {
		return or
	}
	return clean(name)
}

// firstOf is the first speaker of a chain in the report's words, for who is no
// entity of the record; the outlet alone names nobody, and or is given.
func firstOf(chain []string, or string) string {
	if len(chain) < 2 {
		return or
	}
	return clean(chain[0])
}

// copied names the outlets that have the same line, if any.
func copied(outlets []string) []string {
	if len(outlets) == 0 {
		return nil
	}
	return []string{"copied by " + clean(strings.Join(outlets, ", "))}
}

func renderPosition(t *terminal, r view.PositionRow) {
	p := r.Position
	head := styleHead.Render(string(p.Stance))
	if r.Addressee != "" {
		head += " to " + clean(r.Addressee)
	}
	switch p.Change {
	case "":
	case "new", "repeated":
		head += "  " + styleDim.Render(p.Change)
	default:
		head += "  " + styleMay.Render(p.Change)
	}
	t.line(dateLead(p.Date), dateColumn, head)
	t.line("", dateColumn, quoted(p.Text))
	if p.If != "" && p.If != p.Text {
		t.line("", dateColumn, "condition: "+quoted(p.If))
	}
	if p.Until != nil {
		t.line("", dateColumn, "until "+eventDate(p.Until))
	}
	var notes []string
	if !p.Uttered {
		notes = append(notes, "not uttered")
	}
	through(t, r.Chain, r.Reported, strings.Join(append(notes, copied(r.Copies)...), ", "), p.ID)
}

func renderCommitments(t *terminal, v *view.View, rows []view.CommitmentRow) {
	if len(rows) == 0 {
		held := noneHeld
		if n := len(v.Record.Commitments); n > 0 {
			held = fmt.Sprintf("It holds %s: drop a filter.", count(n, "commitment"))
		}
		t.nothing("No commitment fits.", held)
		return
	}
	for i, r := range rows {
		if i == 0 || rows[i-1].Commitment.Party != r.Commitment.Party {
			if i > 0 {
				t.blank()
			}
			t.line("", 0, styleName.Render(nameOr(r.Party, "A party that no report names")))
		}
		t.blank()
		renderCommitment(t, v, r)
	}
}

func renderCommitment(t *terminal, v *view.View, r view.CommitmentRow) {
	c := r.Commitment
	head := styleHead.Render("promised")
	if r.Position == nil {
		head = styleHead.Render("is said to have promised")
	}
	if r.To != "" {
		head += " " + clean(r.To)
	}
	t.line(dateLead(c.Made), dateColumn, head+": "+quoted(c.Terms))
	if c.If != "" {
		t.line("", dateColumn, "condition: "+quoted(c.If))
	}
	if c.Until != nil {
		t.line("", dateColumn, "until "+eventDate(c.Until))
	}
	chain := v.Chain(nil, c.Evidence.Report)
	if r.Position != nil {
		chain = r.Position.Chain
	}
	through(t, chain, r.Reported, "", c.ID)
	for _, b := range r.Violations {
		lead := ""
		if b.Date != "" {
			lead = isoDate(b.Date)
		}
		t.line(lead, dateColumn, styleNo.Render("breach alleged")+" by "+nameOr(b.Accuser, "somebody unnamed")+" against "+nameOr(b.Accused, "somebody unnamed")+": "+quoted(b.Text))
		through(t, b.Chain, "", "", b.Violation.Position)
		for _, d := range b.Denials {
			t.line(dateLead(d.Response.Date), dateColumn, "denied by "+nameOr(d.Party, firstOf(d.Chain, "somebody unnamed"))+": "+quoted(d.Text))
			through(t, d.Chain, d.Reported, "", d.Response.ID)
		}
	}
}

// did says in words what a response of each kind did: in the past tense, which
// one and many share.
var did = map[readout.ResponseKind]string{
	readout.Confirms: "confirmed", readout.Denies: "denied", readout.Neither: "neither confirmed nor denied", readout.Declines: "declined to comment on",
	readout.NoAnswer: "did not answer on", readout.Unavailable: "could not be reached on", readout.Acknowledges: "acknowledged",
}

func renderResponses(t *terminal, v *view.View, rows []view.ResponseRow) {
	if len(rows) == 0 {
		held := noneHeld
		if n := len(v.Record.Responses); n > 0 {
			held = fmt.Sprintf("It holds %s: drop a filter.", count(n, "answer"))
		}
		t.nothing("No answer fits.", held)
		return
	}
	for i, r := range rows {
		if i > 0 {
			t.blank()
		}
		renderResponse(t, r)
	}
}

func renderResponse(t *terminal, r view.ResponseRow) {
	x := r.Response
	verb := did[x.Kind]
	style := styleMay
	switch x.Kind {
	case readout.Confirms, readout.Acknowledges:
		style = styleYes
	case readout.Denies:
		style = styleNo
	}
	about := clean(r.About)
	switch {
	case x.Event != "":
		about = about + styleDim.Render("  "+x.Event)
	case x.Statement != "":
		about = quoted(r.About) + styleDim.Render("  "+x.Statement)
	case about == "":
		verb = strings.TrimSuffix(verb, " on")
	}
	t.line(dateLead(x.Date), dateColumn, strings.TrimSpace(styleName.Render(nameOr(r.Party, firstOf(r.Chain, "Somebody unnamed")))+" "+style.Render(verb)+" "+about))
	t.line("", dateColumn, quoted(r.Text))
	var notes []string
	if r.To != "" {
		notes = append(notes, "to "+clean(r.To))
	}
	through(t, r.Chain, r.Reported, strings.Join(append(notes, copied(r.Copies)...), ", "), x.ID)
}
