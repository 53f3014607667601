package wire

import (
	"bytes"
	"encoding/json"
	"testing"
)

// TestClaimValueForms writes each form and reads it back.
func TestClaimValueForms(t *testing.T) {
	ninety := 90.0
	for _, c := range []struct {
		name string
		in   ClaimValue
		want string
	}{
		{"quantity", ClaimValue{Quantity: &Quantity{Unit: "minute", Min: &ninety}}, `{"unit":"minute","min":90,"max":null,"approx":null}`},
		{"date", ClaimValue{Date: &Date{Value: "2031-03-14", Precision: "day", Basis: "explicit"}}, `{"date":{"value":"2031-03-14","end":null,"precision":"day","basis":"explicit","expression":null}}`},
		{"entity", ClaimValue{Entity: "e1"}, `{"entity":"e1"}`},
		{"text keeps its characters", ClaimValue{Text: "a <b> & c"}, `{"text":"a <b> & c"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			var b bytes.Buffer
			enc := json.NewEncoder(&b)
			enc.SetEscapeHTML(false)
			if err := enc.Encode(c.in); err != nil {
				t.Fatal(err)
			}
			if got := string(bytes.TrimSpace(b.Bytes())); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
			var back ClaimValue
			if err := json.Unmarshal(b.Bytes(), &back); err != nil {
				t.Fatal(err)
			}
			again, err := json.Marshal(back)
			if err != nil {
				t.Fatal(err)
			}
			first, _ := json.Marshal(c.in)
			if !bytes.Equal(again, first) {
				t.Errorf("read back: got %s, want %s", again, first)
			}
		})
	}
}
