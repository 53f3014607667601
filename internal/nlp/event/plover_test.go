package event

import (
	"testing"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
)

func TestPloverType(t *testing.T) {
	p, err := LoadPlover()
	if err != nil {
		t.Fatal(err)
	}
	by := func(cue string) map[string]string { return map[string]string{AttrStatusBy: cue} }
	tests := []struct {
		says string
		e    nlp.EventMention
		want string
	}{
		{"sent aid", nlp.EventMention{Type: "AID", Attributes: by("past tense")}, "AID"},
		{"will send aid", nlp.EventMention{Type: "AID", Status: readout.Planned, Attributes: by("aux will")}, "AGREE"},
		{"is prepared to withdraw", nlp.EventMention{Type: "RETREAT", Mode: "withdraw", Status: readout.Planned, Attributes: by("governor prepared")}, "AGREE"},
		{"must withdraw", nlp.EventMention{Type: "RETREAT", Mode: "withdraw", Status: readout.Hypothetical, Attributes: by("aux must")}, "REQUEST"},
		{"did not agree", nlp.EventMention{Type: "AGREE", Status: readout.Denied, Negated: true, Attributes: by("advmod not")}, "REJECT"},
		{"will boycott", nlp.EventMention{Type: "SANCTION", Mode: "restrict", Status: readout.Planned, Attributes: by("aux will")}, "THREATEN"},
		{"prepared to shell", nlp.EventMention{Type: "ASSAULT", Mode: "heavy-weapons", Status: readout.Planned, Attributes: by("governor prepare")}, "MOBILIZE"},
		{"a planned visit", nlp.EventMention{Type: "CONSULT", Mode: "visit", Nominal: true, Status: readout.Planned, Attributes: by("amod planned")}, "CONSULT"},
		{"might meet", nlp.EventMention{Type: "CONSULT", Mode: "meeting", Status: readout.Hypothetical, Attributes: by("aux might")}, "CONSULT"},
		{"declined to comment", nlp.EventMention{Type: "DECLINE-COMMENT", Attributes: by("past tense")}, ""},
		{"announced", nlp.EventMention{Type: "STATEMENT", Mode: "announcement", Attributes: by("past tense")}, ""},
	}
	for _, tt := range tests {
		if got := p.Type(&tt.e); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.says, got, tt.want)
		}
	}
}
