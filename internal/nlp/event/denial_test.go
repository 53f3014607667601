package event_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/pipeline"
)

var reader = sync.OnceValues(pipeline.New)

// preamble makes states of the invented names, as the rest of a report would.
const preamble = "Troops from Sollund crossed into Karvany in May. Citizens of Karvany fled to Orrin.\n\n"

// statuses reads text and lists "TYPE trigger status" of its events.
func statuses(t *testing.T, text string) string {
	t.Helper()
	r, err := reader()
	if err != nil {
		t.Fatal(err)
	}
	doc := r.Annotate(&readout.Report{ID: "r0", Text: preamble + text, Published: readout.Published{Value: "2031-03-19"}})
	var out []string
	for i := range doc.Events {
		e := &doc.Events[i]
		if e.Start < len(preamble) {
			continue
		}
		s := e.Type + " " + doc.Text(e.Trigger) + " " + string(e.Status)
		if e.Negated != (e.Status == readout.Denied) {
			s += " by another"
		}
		out = append(out, s)
	}
	return strings.Join(out, ", ")
}

type denial struct{ text, want string }

func testDenials(t *testing.T, tests []denial) {
	t.Helper()
	for _, tt := range tests {
		if got := statuses(t, tt.text); got != tt.want {
			t.Errorf("%s\n got  %s\n want %s", tt.text, got, tt.want)
		}
	}
}

// A subject, object or phrase of which there is none denies the event; what
// only sounds so does not.
func TestDeniedByPart(t *testing.T) {
	testDenials(t, []denial{
		{"Karvany and Sollund reached no agreement on Friday.", "AGREE reached denied"},
		{"Karvany and Sollund signed no agreement on Friday.", "SUPPORT signed denied"},
		{"Karvany offered no concessions to Sollund.", "OFFER offered denied"},
		{"Karvany and Sollund agreed to no ceasefire.", "AGREE agreed denied"},
		{"No agreement was reached on Friday.", "AGREE reached denied"},
		{"Nobody attacked the Elsey dam on Friday.", "ASSAULT attacked denied"},
		{"No soldiers attacked the Elsey dam on Friday.", "ASSAULT attacked denied"},
		{"None of the soldiers attacked the Elsey dam.", "ASSAULT attacked denied"},
		{"Not a single soldier attacked the Elsey dam.", "ASSAULT attacked denied"},
		{"Neither side attacked the Elsey dam.", "ASSAULT attacked denied"},
		{"No-one attacked the dam.", "ASSAULT attacked denied"},
		{"The army attacked no villages.", "ASSAULT attacked denied"},
		{"Neither Aldane nor Torokai met Maren on Friday.", "CONSULT met denied"},
		{"Ilse Maren met neither Aldane nor Torokai.", "CONSULT met denied"},
		{"Ilse Maren flew home without having met Tomas Torokai.", "CONSULT met denied"},
		{"At no point did Maren meet Torokai.", "CONSULT meet denied"},
		{"Neither side held talks on Friday.", "CONSULT talks denied"},
		{"Aldane did not leave Dorne without meeting Torokai.", "CONSULT meeting hypothetical"},

		{"Karvany attacked the dam for no reason.", "ASSAULT attacked occurred"},
		{"With no warning, Karvany attacked the dam.", "ASSAULT attacked occurred"},
		{"Karvany attacked no fewer than 12 villages.", "ASSAULT attacked occurred"},
		{"Nobody but Maren met Torokai.", "CONSULT met occurred"},
		{"Karvany reached no deal and attacked the dam.", "AGREE reached denied, ASSAULT attacked occurred"},
		{"The talks produced no deal.", "CONSULT talks occurred"},
		{"The two sides held talks that led to no agreement.", "CONSULT talks occurred"},
	})
}

// What nobody did has no agent.
func TestNobodyIsNoAgent(t *testing.T) {
	r, err := reader()
	if err != nil {
		t.Fatal(err)
	}
	doc := r.Annotate(&readout.Report{ID: "r0", Text: "No soldiers attacked the Elsey dam."})
	for _, a := range doc.Events[0].Args {
		if a.Mention == nlp.None || a.Role == "agent" {
			t.Errorf("%s %q of %q", a.Role, doc.Text(a.Span), doc.Report.Text)
		}
	}
}

// A denial that is denied, refused or one of a pair with a confirmation denies
// nothing: whether it took place stays open.
func TestDeniedDenial(t *testing.T) {
	testDenials(t, []denial{
		{"Aldane did not deny that he met Torokai.", "DENY deny denied, CONSULT met reported"},
		{"Aldane did not dispute that he met Torokai.", "CONSULT met reported"},
		{"Karvany refused to deny the talks.", "REJECT refused occurred, DENY deny denied, CONSULT talks reported"},
		{"Karvany never denied the talks took place.", "DENY denied denied, CONSULT talks reported"},
		{"Karvany did not deny attacking the dam.", "DENY deny denied, ASSAULT attacking reported"},
		{"Karvany did not deny reports that it attacked the dam.", "DENY deny denied, ASSAULT attacked reported"},
		{"Nobody denied that Karvany attacked the dam.", "DENY denied denied, ASSAULT attacked reported"},
		{"Maren would neither confirm nor deny the talks.", "DENY deny denied, CONSULT talks reported"},
		{"Maren did not confirm or deny that she met Aldane.", "DENY deny denied, CONSULT met reported"},
		{"Maren neither denied nor confirmed that she met Aldane.", "DENY denied denied, CONFIRM confirmed denied, CONSULT met reported"},

		{"Aldane denied that he met Torokai.", "DENY denied occurred, CONSULT met denied by another"},
		{"Karvany denied the talks.", "DENY denied occurred, CONSULT talks denied by another"},
		{"Karvany did not sign and denied the talks.", "DENY denied occurred, CONSULT talks denied by another"},
	})
}

// A negation belongs to the verb that it stands with, and what hangs on a verb
// that is denied or refused did not take place, or is open.
func TestPolarityOfGovernors(t *testing.T) {
	testDenials(t, []denial{
		{"Karvany pledged not to attack the dam.", "COMMIT pledged occurred, ASSAULT attack denied"},
		{"Karvany pledged to attack nobody.", "COMMIT pledged occurred, ASSAULT attack denied"},
		{"Karvany threatened never again to attack the dam.", "THREATEN threatened occurred, ASSAULT attack denied"},
		{"Karvany pledged never to withdraw its troops.", "COMMIT pledged occurred, RETREAT withdraw denied"},
		{"Karvany vowed never again to attack the dam.", "COMMIT vowed occurred, ASSAULT attack denied"},
		{"Aldane has yet to meet Torokai.", "CONSULT meet denied"},
		{"Aldane had yet to call Torokai.", "CONSULT call denied"},
		{"Karvany is unwilling to withdraw its troops.", "RETREAT withdraw denied"},
		{"Karvany did not refuse to withdraw its troops.", "REJECT refuse denied, RETREAT withdraw hypothetical"},
		{"Karvany did not fail to attack the dam.", "ASSAULT attack hypothetical"},
		{"Karvany refused to offer to withdraw its troops.", "REJECT refused occurred, RETREAT withdraw hypothetical"},
		{"Karvany rejected calls to withdraw its troops.", "REJECT rejected occurred, RETREAT withdraw hypothetical"},
		{"Karvany refused to fly to Dorne to meet Aldane.", "REJECT refused occurred, CONSULT meet hypothetical"},
		{"Karvany has no plans to attack the dam.", "ASSAULT attack denied"},
		{"Under no circumstances will Karvany withdraw its troops.", "RETREAT withdraw denied"},
		{"It was false that Aldane met Torokai.", "CONSULT met denied by another"},
		{"It is not false that Aldane met Torokai.", "CONSULT met reported"},
		{"Karvany dismissed reports that it attacked the dam.", "ASSAULT attacked denied by another"},
		{"Aldane almost met Torokai.", "CONSULT met hypothetical"},

		{"Karvany vowed to attack the dam.", "THREATEN vowed occurred, ASSAULT attack planned"},
		{"Karvany refused to withdraw its troops.", "REJECT refused occurred, RETREAT withdraw denied"},
		{"Karvany has a plan to attack the dam.", "ASSAULT attack planned"},
		{"Aldane flew to Dorne to meet Torokai.", "CONSULT meet planned"},
		{"Nearly 200 soldiers attacked the dam.", "ASSAULT attacked occurred"},
		{"The talks nearly collapsed.", "CONSULT talks occurred"},
	})
}
