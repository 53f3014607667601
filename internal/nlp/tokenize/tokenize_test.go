package tokenize

import (
	"maps"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
)

func annotator(t testing.TB) *nlp.Annotator {
	t.Helper()
	a, err := New()
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// show prints the tokens with spaces between them, sentences parted by " / "
// and paragraphs by " // ".
func show(doc *nlp.Doc) string {
	var b strings.Builder
	for i, s := range doc.Sentences {
		if i > 0 {
			b.WriteString(" /")
			if doc.Sentences[i-1].Para != s.Para {
				b.WriteByte('/')
			}
			b.WriteByte(' ')
		}
		for j := s.First; j < s.Last; j++ {
			if j > s.First {
				b.WriteByte(' ')
			}
			b.WriteString(doc.Word(j))
		}
	}
	return b.String()
}

func run(a *nlp.Annotator, text string, noise ...readout.Noise) *nlp.Doc {
	doc := &nlp.Doc{Report: &readout.Report{Text: text, Noise: noise}}
	a.Run(doc)
	return doc
}

// FuzzTokenize checks what every other annotator builds on: spans lie in the
// text and on rune edges, in order, without overlap, no character that is no
// space is lost, and sentences are unbroken runs of tokens within a paragraph.
func FuzzTokenize(f *testing.F) {
	for _, s := range []string{
		"", " ", "“Why?” Ilse Maren asked.\nShe wouldn't've gone to the U.S. on Jan. 3, 2025.",
		"maren@sollund.example www.voz.us/a?b=c @ilse #talks http://x.y/(z).", "\xff\xfe.a.b'’s n't '90s $4.5m 3:15p.m.",
		"a\u200bb\r\nc\u2028d", "-.-'.-", "1,000,00,000.0-1-2-3", "can't cannot İi'S",
	} {
		f.Add(s, 3, 9)
	}
	a := annotator(f)
	f.Fuzz(func(t *testing.T, text string, from, to int) {
		text = strings.ToValidUTF8(text, "\uFFFD")
		var noise []readout.Noise
		if from >= 0 && from < to && to <= len(text) {
			noise = append(noise, readout.Noise{Span: readout.Span{Start: from, End: to}, Reason: "credit"})
		}
		doc := run(a, text, noise...)
		at := 0
		for i, tok := range doc.Tokens {
			if tok.Start < at || tok.End <= tok.Start || tok.End > len(text) {
				t.Fatalf("token %d %v after %d of %d", i, tok.Span, at, len(text))
			}
			if !utf8.ValidString(tok.In(text)) {
				t.Fatalf("token %d %q cuts a rune", i, tok.In(text))
			}
			checkSpace(t, text[at:tok.Start])
			at = tok.End
		}
		checkSpace(t, text[at:])
		next, para := 0, 0
		for i, s := range doc.Sentences {
			if s.First != next || s.Last <= s.First || s.Last > len(doc.Tokens) || s.Para < para {
				t.Fatalf("sentence %d: %+v, want first token %d", i, s, next)
			}
			if s.Start != doc.Tokens[s.First].Start || s.End != doc.Tokens[s.Last-1].End {
				t.Fatalf("sentence %d: span %v is not that of its tokens", i, s.Span)
			}
			for k := s.First; k < s.Last; k++ {
				if doc.Tokens[k].Sent != i {
					t.Fatalf("token %d: sentence %d, want %d", k, doc.Tokens[k].Sent, i)
				}
			}
			next, para = s.Last, s.Para
		}
		if next != len(doc.Tokens) {
			t.Fatalf("%d tokens outside of sentences", len(doc.Tokens)-next)
		}
	})
}

func checkSpace(t *testing.T, gap string) {
	t.Helper()
	for _, r := range gap {
		if !isSpace(r) {
			t.Fatalf("lost %q in %q", r, gap)
		}
	}
}

func TestTokens(t *testing.T) {
	a := annotator(t)
	for _, c := range []struct{ name, text, want string }{
		{"clitics", "She didn't say it's Maren's, she can't, they'll've.", "She did n't say it 's Maren 's , she ca n't , they 'll 've ."},
		{"curly clitics", "She didn’t say it’s Maren’s, he won’t.", "She did n’t say it ’s Maren ’s , he wo n’t ."},
		{"clitics in capitals", "IT'S NOT WHAT HE DIDN'T SAY", "IT 'S NOT WHAT HE DID N'T SAY"},
		{"possessive plural", "the leaders' talks", "the leaders ' talks"},
		{"fused words", "I cannot, he's gonna, c’mon", "I can not , he 's gon na , c’m on"},
		{"names with apostrophes", "O'Dell and D’Aras of Qa'ira", "O'Dell and D’Aras of Qa'ira"},
		{"decades", "the 1990s, the 1980's, the '90s, ’90s", "the 1990s , the 1980's , the '90s , ’90s"},
		{"hyphens", "a six-week Orrin-led, state-of-the-art cease-fire", "a six - week Orrin - led , state - of - the - art cease - fire"},
		{"prefixes", "anti-war, co-chair, ex-minister, pre- and post-war, non-Orrin e-mail, over-the-top", "anti-war , co-chair , ex-minister , pre- and post-war , non-Orrin e-mail , over - the - top"},
		{"figures", "1,250.5 of 3,4 and 12.05.2025, 10:30, 3/4, 2025-03-18, 10-15, 1,00,000", "1,250.5 of 3 , 4 and 12.05.2025 , 10:30 , 3/4 , 2025-03-18 , 10 - 15 , 1,00,000"},
		{"telephone", "call 555-0147 or +44 20 7946 0018", "call 555-0147 or +44 20 7946 0018"},
		{"money and shares", "$4.5m, €30bn, £2, US$7, 5%, 3.2 percent", "$ 4.5 m , € 30 bn , £ 2 , US $ 7 , 5 % , 3.2 percent"},
		{"units", "5km, 20kg, 3pm, 3:15p.m., 1st, 40th, F-16, G20, COVID-19", "5 km , 20 kg , 3 pm , 3:15 p.m. , 1st , 40th , F - 16 , G20 , COVID - 19"},
		{"abbreviations", "Sen. Dana Whitlock, R-Calif., met Gov. J.B. Ered and T. R. Maren of Sollund Co. in the U.S. on Jan. 3.", "Sen. Dana Whitlock , R - Calif. , met Gov. J.B. Ered and T. R. Maren of Sollund Co. in the U.S. on Jan. 3 ."},
		{"number sign", "No. 10 said no. We mean No. Never #1", "No. 10 said no . / We mean No . / Never # 1"},
		{"quotation marks", "“‘Yes,’” \"no\" ''so'' ``as'' «oui» „ja“ ““twice”", "“ ‘ Yes , ’ ” \" no \" '' so '' `` as '' « oui » „ ja “ “ “ twice ”"},
		{"dashes", "talks—he said – lasted -- two hours---or… more...", "talks — he said – lasted -- two hours --- or … more ..."},
		{"slashes", "and/or w/o yes/no 24/7", "and / or w/o yes / no 24/7"},
		{"addresses", "see http://sollund.example/a?b=1, (www.karvany.example/x). Mail press@orrin.example.", "see http://sollund.example/a?b=1 , ( www.karvany.example/x ) . / Mail press@orrin.example ."},
		{"hosts", "Sollund.net and voz.us said.", "Sollund.net and voz.us said ."},
		{"handles", "@ilse_maren thanked @Orrin_Gov, #PeaceNow #1", "@ilse_maren thanked @Orrin_Gov , #PeaceNow # 1"},
		{"firms", "AT&T, R&D, S&P 500", "AT&T , R&D , S&P 500"},
		{"glued sentence", "They signed the deal.The minister left.Orrin waits", "They signed the deal . / The minister left . / Orrin waits"},
		{"glued label", "“That is the situation.”ARTICLE AD BOX", "“ That is the situation . ” / ARTICLE AD BOX"},
		{"glued credit", "Ilse Maren and Tomas EredAFP.", "Ilse Maren and Tomas Ered AFP ."},
		{"names with capitals", "McRae of OpenAir at YouTube", "McRae of OpenAir at YouTube"},
		{"invisible marks", "a\u200bb \ufeffc\u00a0d", "a b c d"},
		{"other scripts", "Президент Эред сказал: «Да».", "Президент Эред сказал : « Да » ."},
		{"marks and emoji", "Great :) yes 👍🏽 👩‍👧!!!", "Great :) yes 👍🏽 👩‍👧 !!!"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, show(run(a, c.text))); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestSentences(t *testing.T) {
	a := annotator(t)
	for _, c := range []struct{ name, text, want string }{
		{"plain", "It rained. They met at noon! Did they agree? No one knew.", "It rained . / They met at noon ! / Did they agree ? / No one knew ."},
		{"abbreviation inside", "Mr. and Mrs. Ered met U.S. President Dana Whitlock in St. Orrin.", "Mr. and Mrs. Ered met U.S. President Dana Whitlock in St. Orrin ."},
		{"abbreviation at the end", "They flew to the U.S. The talks began at 7 p.m. Orrin time. It was Sollund Inc. He left.", "They flew to the U.S. / The talks began at 7 p.m. Orrin time . / It was Sollund Inc. / He left ."},
		{"initials", "George T. Ered and Ilse M. Maren. Plan B. The end.", "George T. Ered and Ilse M. Maren . / Plan B . / The end ."},
		{"quotation closes behind", "“We met.” He left. \"We met.\" \"Yes.\" (It rained.) Then “all was well.”", "“ We met . ” / He left . / \" We met . \" / \" Yes . \" / ( It rained . ) / Then “ all was well . ”"},
		{"question in quotation", "“Why?” Ilse Maren asked. “Never!” she said. “Who?” Tomas Ered slept.", "“ Why ? ” Ilse Maren asked . / “ Never ! ” she said . / “ Who ? ” / Tomas Ered slept ."},
		{"wrong way round", "“We met.“ He left.", "“ We met . “ / He left ."},
		{"ellipsis", "We waited ... and left. He paused... Then he went. “Well… no.” Gone. ... The end", "We waited ... and left . / He paused ... / Then he went . / “ Well … no . ” / Gone . ... / The end"},
		{"spaced ellipsis", "We waited . . . and left.", "We waited . . . and left ."},
		{"nickname", "Gov. C.L. \"Bo\" Ered left.", "Gov. C.L. \" Bo \" Ered left ."},
		{"footnote mark", "They met.[12] He left.", "They met . [ 12 ] / He left ."},
		{"list", "1. Peace\n2. Trade. All of it.", "1 . Peace // 2 . Trade . / All of it ."},
		{"no full stop", "Talks end\n\nDana Whitlock\n\nThey met", "Talks end // Dana Whitlock // They met"},
		{"one line a paragraph", "They met on Monday.\nIt rained\nHe left.", "They met on Monday . // It rained // He left ."},
		{"broken line", "They met on\nMonday in the\n\ncapital of\nOrrin.", "They met on Monday in the capital of Orrin ."},
		{"windows line ends", "They met.\r\n\r\nHe left.\r\n", "They met . // He left ."},
		{"wrapped", "The two leaders met for the first time since the summer and spoke\nfor three hours about the border. Both Whitlock and her host, Mr.\nEred of Karvany, called the meeting useful; neither would say\nmore.\nThe next round is planned for May, an official who was not\nnamed said.", "The two leaders met for the first time since the summer and spoke for three hours about the border . / Both Whitlock and her host , Mr. Ered of Karvany , called the meeting useful ; neither would say more . // The next round is planned for May , an official who was not named said ."},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, show(run(a, c.text))); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// TestNoise checks that noise ends sentences at both its borders and names
// them, and that a token never crosses one.
func TestNoise(t *testing.T) {
	text := "Ilse Maren waves.SHARE The talks ended. Photo: Orrin Press\n\nThey met."
	share := strings.Index(text, "SHARE")
	photo := strings.Index(text, "Photo")
	doc := run(annotator(t), text,
		readout.Noise{Span: readout.Span{Start: photo, End: strings.Index(text, "\n")}, Reason: "credit"},
		readout.Noise{Span: readout.Span{Start: share, End: share + 5}, Reason: "share"})
	type sentence struct {
		Text, Noise string
		Para        int
	}
	var got []sentence
	for _, s := range doc.Sentences {
		got = append(got, sentence{s.In(text), s.Noise, s.Para})
	}
	want := []sentence{
		{"Ilse Maren waves.", "", 0},
		{"SHARE", "share", 0},
		{"The talks ended.", "", 0},
		{"Photo: Orrin Press", "credit", 0},
		{"They met.", "", 1},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestHostile takes a quarter of a megabyte of each pattern that made an earlier version
// look at the rest of the text again and again; were time to grow with the
// square of the length, the test would not end.
func TestHostile(t *testing.T) {
	a := annotator(t)
	for _, p := range []string{
		"a/", "a.", "ab.Cd.", "A.B", "1-", "555-", "1,00", ",00,00", "1a", "a's", "n't", "'a", "!)", ".)\"", "((", ". ", "\" ", "http://)", "a@", "@a/", ":-", ".?", "😀", "e\u0301", "-", "a-", "anti-", "a\n", "a,\n", "\n\n", "a.\n\nb ",
	} {
		for _, text := range []string{strings.Repeat(p, 1<<18/len(p)), "http://" + strings.Repeat(p, 1<<18/len(p)) + " a"} {
			run(a, text)
		}
	}
}

func TestLoadRefuses(t *testing.T) {
	good := fstest.MapFS{
		"en/abbreviations.tsv": {Data: []byte("# x\nMr\ttitle\n")},
		"en/tokens.tsv":        {Data: []byte("unit\tkm m\n")},
	}
	if _, err := load(good); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ file, data string }{
		"class": {"en/abbreviations.tsv", "Mr\tking\n"},
		"tab":   {"en/abbreviations.tsv", "Mr title\n"},
		"kind":  {"en/tokens.tsv", "units\tkm\n"},
	} {
		bad := maps.Clone(good)
		bad[c.file] = &fstest.MapFile{Data: []byte(c.data)}
		if _, err := load(bad); err == nil || !strings.Contains(err.Error(), c.file+":1:") {
			t.Errorf("%s: got error %v, want one that names %s:1", name, err, c.file)
		}
	}
}

// BenchmarkTokenize reads one report of about 800 words.
func BenchmarkTokenize(b *testing.B) {
	a := annotator(b)
	para := "“We did not agree on everything,” Foreign Minister Ilse Maren told reporters in the U.S. on Jan. 3, after a three-hour call with Orrin’s Tomas Ered. The $4.5bn deal — the first since 2019 — isn't signed yet.\n\n"
	text := strings.Repeat(para, 24)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		run(a, text)
	}
}
