package corpus

import (
	"fmt"
	"strings"
	"testing"
)

func TestParseNames(t *testing.T) {
	address := "file"
	for _, c := range []struct {
		name, in string
		form     nameFormat
		want     []string // text and names of each document
		address  string
	}{
		{
			name: "conll", form: nameFormat{column: 3, docStart: "-DOCSTART-", spaced: true},
			in: "-DOCSTART- -X- -X- O\n\nMaren NNP I-NP I-PER\nof IN I-PP O\nU.S. NNP I-NP I-LOC\nOrrin NNP I-NP B-LOC\n\nShe PRP B-NP O\n-DOCSTART- -X- O O\n\nAnn NNP B-NP B-PER\n",
			want: []string{
				"Maren of U.S. Orrin\nShe [Maren PER] [U.S. LOC] [Orrin LOC]",
				"Ann [Ann PER]",
			},
		},
		{
			name: "article", form: nameFormat{column: 1, address: &address},
			in:      "https://sollund.example/a?b=1\tO\n&\tO\n\nU\tB-Location\n.\tI-Location\nS\tI-Location\n.\tI-Location\nsaid\tO\n\"\tO\nKarvany\tB-Location\n's\tO\nwell\tO\n-\tO\nknown\tO\n\"\tO\n(\tO\nno\tO\n)\tO\n.\tO\n",
			want:    []string{`U.S. said "Karvany's well-known" (no). [U.S. Location] [Karvany Location]`},
			address: "https://sollund.example/a",
		},
		{
			name: "sentences", form: nameFormat{column: 1, everySentence: true},
			in:   "Ann\tB-person\n\nBo\tB-person\nLee\tI-person\n",
			want: []string{"Ann [Ann person]", "Bo Lee [Bo Lee person]"},
		},
		{name: "no address", form: nameFormat{column: 1, address: &address}, in: "Ann\tB-person\n", want: []string{"Ann [Ann person]"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			address = "file"
			docs, err := parseNames(strings.NewReader(c.in), c.form)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, d := range docs {
				s := d.Text
				for _, n := range d.Names {
					s += fmt.Sprintf(" [%s %s]", n.In(d.Text), n.Type)
				}
				got = append(got, s)
				if last := d.Sentences[len(d.Sentences)-1][1]; last != len(d.Tokens) {
					t.Errorf("%d tokens in sentences, %d in all", last, len(d.Tokens))
				}
			}
			if strings.Join(got, "|") != strings.Join(c.want, "|") {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
			if c.address != "" && address != c.address {
				t.Errorf("address %q, want %q", address, c.address)
			}
		})
	}
	if _, err := parseNames(strings.NewReader("a b\n"), nameFormat{column: 3}); err == nil {
		t.Error("a line of two columns was accepted as CoNLL")
	}
}
