package build

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNames(t *testing.T) {
	for _, c := range []struct {
		in      string
		want    []string
		surname string
	}{
		{"Ilse Karin MAREN", []string{"Ilse Maren", "Ilse Karin Maren", "Karin Maren"}, "Maren"},
		{"Tomas Tomasovich ERED", []string{"Tomas Ered", "Tomas Tomasovich Ered"}, "Ered"},
		{"OR Lindo", []string{"Or Lindo"}, "Or"},
		{"KAREL III", []string{"Karel III"}, "Karel III"},
		{"Dana al-ORRIN", []string{"Dana al-Orrin"}, "al-Orrin"},
		{"a council of elders", nil, ""},
	} {
		got, surname := names(c.in)
		if diff := cmp.Diff(c.want, got); diff != "" || surname != c.surname {
			t.Errorf("names(%q) surname %q (-want +got):\n%s", c.in, surname, diff)
		}
	}
}

func TestHolders(t *testing.T) {
	b := &builder{titles: []string{"prime minister", "foreign minister", "president", "king"}}
	got := b.holders("President Ilse MAREN (since 20 May 2019); King KAREL III (since June 2022); represented by Governor Tomas ERED (since 2 May 2021)")
	var lines []string
	for _, h := range got {
		lines = append(lines, h.title+" "+h.names[0]+" "+h.from)
	}
	want := []string{"president Ilse Maren 2019-05-20", "king Karel III 2022-06"}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("holders (-want +got):\n%s", diff)
	}
}

func TestSpan(t *testing.T) {
	for in, want := range map[string][2]string{
		" 030101-040228":  {"2003-01-01", "2004-02-28"},
		" >090301":        {"2009-03-01", "2014-01-30"},
		" <951231":        {"", "1995-12-31"},
		" 040228-030101":  {"", ""},
		" 19991231-20000": {"1999-12-31", ""},
		"":                {"", ""},
	} {
		if from, to := span(in); from != want[0] || to != want[1] {
			t.Errorf("span(%q) = %q, %q", in, from, to)
		}
	}
}

func TestTenures(t *testing.T) {
	got := tenures([]string{"a@GB@2004-01-01@2005-01-01", "a@GB@2005-01-01@2006-01-01", "b@GB@2001-01-01@"})
	want := []string{"a@GB@2004-01-01@2006-01-01", "b@GB@2001-01-01@"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("tenures (-want +got):\n%s", diff)
	}
}
