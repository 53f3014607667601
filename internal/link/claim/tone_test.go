package claim_test

import (
	"slices"
	"testing"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/link/claim"
)

const (
	opening = "President Ana Kell of Orrin and President Tomas Brandt of Veldt spoke by phone on Tuesday. "
	met     = "President Ana Kell of Orrin met President Tomas Brandt of Veldt in Dorne on Tuesday. "
)

// of returns the verdicts on an attribute.
func of(rec *readout.Record, attribute string) []readout.Verdict {
	var out []readout.Verdict
	for _, d := range rec.Disagreements {
		if d.Attribute == attribute {
			out = append(out, d.Verdict)
		}
	}
	return out
}

func TestVerdicts(t *testing.T) {
	tests := []struct {
		name, attribute string
		texts           []string
		want            []readout.Verdict
	}{
		{"one polarity, other words", claim.Tone, []string{
			opening + "The palace of Orrin said the call was useful.",
			opening + "The premier of Veldt said the call went very well.",
		}, []readout.Verdict{readout.Agree}},
		{"praise and blame", claim.Tone, []string{
			opening + "The palace of Orrin said the call was productive.",
			opening + "An official of Veldt described the call as tense.",
		}, []readout.Verdict{readout.Conflict}},
		{"denied praise is blame", claim.Tone, []string{
			opening + "The palace of Orrin said the call was productive.",
			opening + "An official of Veldt said the call was not productive.",
		}, []readout.Verdict{readout.Conflict}},
		{"neutral goes with all", claim.Tone, []string{
			opening + "The palace of Orrin said the call was productive.",
			opening + "An official of Veldt described the call as frank.",
		}, []readout.Verdict{readout.Compatible}},
		{"two voices in one report", claim.Tone, []string{
			opening + "The palace of Orrin said the call was useful. The premier of Veldt said the call went well.",
		}, []readout.Verdict{readout.Agree}},
		{"one voice", claim.Tone, []string{opening + "The palace of Orrin said the call was useful."}, []readout.Verdict{readout.Single}},
		{"what is hoped for says nothing", claim.Tone, []string{opening + "The palace of Orrin said the call could be useful."}, nil},
		{"of another thing", claim.Tone, []string{opening + "The palace of Orrin said the harvest was good. It was useful."}, nil},
		{"reached and not reached", claim.Outcome, []string{
			met + "The meeting produced an agreement.",
			met + "The meeting ended without an agreement.",
		}, []readout.Verdict{readout.Conflict}},
		{"two matters", claim.Outcome, []string{
			met + "The meeting produced a swap of prisoners.",
			met + "The meeting failed to bring a truce.",
		}, []readout.Verdict{readout.Compatible}},
		{"no details", claim.Outcome, []string{
			met + "The meeting produced a truce.",
			met + "The palace gave no details of the meeting.",
		}, []readout.Verdict{readout.Compatible}},
		{"denied", claim.Occurrence, []string{
			opening + "The palace of Orrin denied that Ana Kell and Tomas Brandt had spoken by phone on Tuesday.",
		}, []readout.Verdict{readout.Conflict}},
		{"refused is not denied", claim.Occurrence, []string{
			"President Ana Kell of Orrin asked President Tomas Brandt of Veldt to open the lake on Monday. Brandt denied the request of Kell.",
		}, nil},
		{"something about it is denied", claim.Occurrence, []string{
			opening + "The palace of Orrin disputed any suggestion that there was pressure in the call between Kell and Brandt.",
		}, nil},
		{"the call was not useful", claim.Occurrence, []string{
			opening + "The palace of Orrin said the call between Kell and Brandt was not useful.",
		}, nil},
		{"students and teachers are people", claim.Number, []string{
			"The army of Orrin attacked Veldt on Monday, killing 12 people.",
			"The army of Orrin attacked Veldt on Monday, killing 12 students and teachers.",
		}, []readout.Verdict{readout.Agree}},
		{"the same count", claim.Number, []string{
			"The army of Orrin attacked Veldt on Monday, killing 12 people.",
			"The army of Orrin attacked Veldt on Monday, killing 12 people.",
		}, []readout.Verdict{readout.Agree}},
		{"at least 12 and 15", claim.Number, []string{
			"The army of Orrin attacked Veldt on Monday, killing at least 12 people.",
			"The army of Orrin attacked Veldt on Monday, killing 15 people.",
		}, []readout.Verdict{readout.Compatible}},
		{"12 and 15 on one day", claim.Number, []string{
			"The army of Orrin attacked Veldt on Monday, killing 12 people.",
			"The army of Orrin attacked Veldt on Monday, killing 15 people.",
		}, []readout.Verdict{readout.Conflict}},
		{"up to 10 and 15", claim.Number, []string{
			"The army of Orrin attacked Veldt on Monday, killing up to 10 people.",
			"The army of Orrin attacked Veldt on Monday, killing 15 people.",
		}, []readout.Verdict{readout.Conflict}},
		{"the dead are not compared with the wounded", claim.Number, []string{
			"The army of Orrin attacked Veldt on Monday, killing 12 people.",
			"The army of Orrin attacked Veldt on Monday, wounding 30 people.",
		}, []readout.Verdict{readout.Single, readout.Single}},
		{"soldiers are not compared with people", claim.Number, []string{
			"The army of Orrin attacked Veldt on Monday, killing 12 people.",
			"The army of Orrin attacked Veldt on Monday, killing 3 soldiers.",
		}, []readout.Verdict{readout.Single, readout.Single}},
		{"who called", claim.Initiator, []string{
			"President Ana Kell of Orrin phoned President Tomas Brandt of Veldt on Tuesday.",
			"President Tomas Brandt of Veldt phoned President Ana Kell of Orrin on Tuesday.",
		}, []readout.Verdict{readout.Compatible}},
		{"one topic in other words", claim.Topic, []string{
			"President Ana Kell of Orrin and President Tomas Brandt of Veldt spoke by phone on Tuesday about fishing rights on the lake.",
			"President Ana Kell of Orrin and President Tomas Brandt of Veldt spoke by phone on Tuesday about the dispute over the lake.",
		}, []readout.Verdict{readout.Agree}},
		{"two topics", claim.Topic, []string{
			"President Ana Kell of Orrin and President Tomas Brandt of Veldt spoke by phone on Tuesday about fishing rights.",
			"President Ana Kell of Orrin and President Tomas Brandt of Veldt spoke by phone on Tuesday about prisoners.",
		}, []readout.Verdict{readout.Compatible}},
		{"consistent dates in one report", claim.Date, []string{
			"President Ana Kell of Orrin and President Tomas Brandt of Veldt spoke by phone on 4 February 2031. Their next call took place a month later, on 5 March 2031.",
		}, []readout.Verdict{readout.Agree, readout.Single}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rec := told(t, tt.texts...)
			got := of(rec, tt.attribute)
			slices.Sort(got)
			want := slices.Sorted(slices.Values(tt.want))
			if !slices.Equal(got, want) {
				t.Errorf("got %v, want %v", got, want)
				for _, d := range rec.Disagreements {
					t.Logf("%s %s: %s", d.Attribute, d.Verdict, d.Why)
				}
				for _, c := range rec.Claims {
					t.Logf("  %s %s %q holder %q (%s)", c.Event, c.Attribute, c.Text, c.Holder, c.Evidence.By.Rule)
				}
			}
			// The order of the reports does not show.
			slices.Reverse(tt.texts)
			if again := of(told(t, tt.texts...), tt.attribute); len(again) != len(got) {
				t.Errorf("in another order %v", again)
			}
		})
	}
}
