package response_test

import (
	"testing"

	"github.com/readout-news/readout"
)

// Who answers, where the tree or the lexicons do not say it plainly.
func TestParties(t *testing.T) {
	for _, tt := range []struct {
		text string
		kind readout.ResponseKind
		who  string
	}{
		{"Karvany denied that it had fired on the boats.", readout.Denies, "Karvany"},
		{"Sollund denied that it had broken the promise.", readout.Denies, "Sollund"},
		{"There were options short of war with Karvany, which denies involvement in the strikes.", readout.Denies, "Karvany"},
		{"Although, he’s denied this.", readout.Denies, "he"},
		{"Neither the ministry nor the palace would comment.", readout.Declines, ""},
		{"The ministry confirmed in a statement the pair had talked.", readout.Confirms, "The ministry"},
		{"The palace said it would not be commenting on the trip.", readout.Declines, "The palace"},
	} {
		doc := read(t, tt.text)
		if len(doc.Responses) == 0 {
			t.Errorf("%q: no answer", tt.text)
			continue
		}
		r := &doc.Responses[0]
		if r.Kind != tt.kind || tt.who != "" && doc.Text(r.Who) != tt.who {
			t.Errorf("%q: %s by %q, want %s by %q", tt.text, r.Kind, doc.Text(r.Who), tt.kind, tt.who)
		}
	}
	for _, text := range []string{
		"The Karvany Courier confirmed on Monday that the envoy will come on Friday.",
		"If there is no truth to the report, the envoy will say so.",
		"“I didn't do this to please him,” Tomas Ered said.",
	} {
		if doc := read(t, text); len(doc.Responses) > 0 {
			t.Errorf("%q: %s, want no answer", text, doc.Responses[0].By.Rule)
		}
	}
}
