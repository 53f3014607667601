package web

import (
	"encoding/csv"
	"encoding/json"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/query"
	"github.com/readout-news/readout/internal/view"
)

// first is the first match of a pattern in the page at path.
func first(t *testing.T, path, pattern string) string {
	t.Helper()
	_, _, body := get(t, demo(t), path)
	m := regexp.MustCompile(pattern).FindString(body)
	if m == "" {
		t.Fatalf("%s has nothing like %s", path, pattern)
	}
	return m
}

// bodyOf fetches a page that must be there.
func bodyOf(t *testing.T, path string) string {
	t.Helper()
	code, _, body := get(t, demo(t), path)
	if code != http.StatusOK {
		t.Fatalf("%s: %d", path, code)
	}
	return body
}

func TestPeoplePages(t *testing.T) {
	list := bodyOf(t, "/people")
	for _, want := range []string{"Vesna Torokai", "president of Karvany", "Never quoted", `aria-current="true">People`} {
		if !strings.Contains(list, want) {
			t.Errorf("the list of people has no %q", want)
		}
	}
	if strings.Contains(list, "two officials") {
		t.Error("unnamed sources stand among people")
	}
	if !strings.Contains(bodyOf(t, "/people?type=unnamed"), "two officials") {
		t.Error("unnamed sources are nowhere")
	}
	if body := bodyOf(t, "/people?party=Karvany"); !strings.Contains(body, "Tomas Ered") || strings.Contains(body, "Ilse Maren") {
		t.Error("the people of Karvany are others")
	}
	// Each state or body that is asked for counts, in every form.
	for _, form := range []string{"", ".json", ".csv"} {
		if body := bodyOf(t, "/people"+form+"?party=Karvany&party=Sollund"); strings.Contains(body, "Tomas Ered") {
			t.Errorf("/people%s: who is Karvany's alone is among those of Karvany and Sollund", form)
		}
	}
	if body := bodyOf(t, "/people?words=zzz&party=Karvany"); !strings.Contains(body, "Nobody passes") || !strings.Contains(body, "Without “Words zzz”") {
		t.Error("an empty list does not offer to take its narrowest filter away")
	}
	// What is promised without a filter is what is there, and a kind has as many
	// as its list.
	for _, pattern := range []string{`href="([^"]+)">Without “Words zzz”: ([\d,]+)`, `class="chip" href="([^"]+type=state[^"]*)"[^>]*>States (\d+)`} {
		from := "/people?words=zzz"
		if strings.Contains(pattern, "States") {
			from = "/people?words=karvany"
		}
		m := regexp.MustCompile(pattern).FindStringSubmatch(bodyOf(t, from))
		if m == nil {
			t.Errorf("%s has nothing like %s", from, pattern)
		} else if body := bodyOf(t, html.UnescapeString(m[1])); !strings.Contains(body, "<span>"+m[2]+" name") {
			t.Errorf("%s: not the %s names that were promised", m[1], m[2])
		}
	}
	page := bodyOf(t, first(t, "/people", `/p/e[0-9a-f]{16}/vesna-torokai`))
	for _, want := range []string{"President of Karvany", "Also written", "Torokaj", "Who quotes Vesna Torokai", "Positions held", "Took part"} {
		if !strings.Contains(page, want) {
			t.Errorf("her page has no %q", want)
		}
	}
	state := first(t, "/people?type=state", `/o/e[0-9a-f]{16}/karvany`)
	if body := bodyOf(t, state); !strings.Contains(body, "Its people") || !strings.Contains(body, "Tomas Ered") {
		t.Error("the state does not show its people")
	}
	silent := first(t, "/people", `/p/e[0-9a-f]{16}/piers-maddock`)
	if body := bodyOf(t, silent); !strings.Contains(body, "Named in 6 reports, never quoted.") {
		t.Error("who was never quoted is not said to be so")
	}
	// An outlet that no report names has no number that would open nothing.
	outlet := first(t, "/people?type=outlet", `/[os]/e[0-9a-f]{16}(/elsey-evening-post)?">Elsey Evening Post`)
	id := regexp.MustCompile(`e[0-9a-f]{16}`).FindString(outlet)
	if body := bodyOf(t, "/o/"+id); !strings.Contains(body, "Named in no report") || strings.Contains(body, `data-ref="`+id+`"`) {
		t.Error("an outlet that no report names has a number of mentions")
	}
	// A state is no person: its page moves.
	srv := demo(t)
	srv.Client().CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	code, h, _ := get(t, srv, strings.Replace(state, "/o/", "/p/", 1))
	if code != http.StatusMovedPermanently || h.Get("Location") != state {
		t.Errorf("%d to %s, want %s", code, h.Get("Location"), state)
	}
	moved, _, _ := strings.Cut(strings.TrimPrefix(state, "/o/"), "/")
	if _, h, _ := get(t, srv, "/p/"+moved+".json?day=2031-03-14"); h.Get("Location") != state+".json?day=2031-03-14" {
		t.Errorf("its data move to %s", h.Get("Location"))
	}
	if code, _, _ := get(t, srv, "/p/e0000000000000000"); code != http.StatusNotFound {
		t.Errorf("nobody: %d", code)
	}
}

func TestQuotesPages(t *testing.T) {
	all := bodyOf(t, "/quotes")
	if !strings.Contains(all, "wording differs in 1 of") || !strings.Contains(all, "100 of 2") {
		t.Error("the list of quotes has no flag of differing words, or does not end at 100")
	}
	if one := bodyOf(t, "/quotes?disputed=1"); strings.Count(one, "<blockquote") != 1 || !strings.Contains(one, `<em class="w">`) {
		t.Error("what differs is not marked")
	}
	quote := bodyOf(t, first(t, "/quotes?disputed=1", `/q/u[0-9a-f]{16}`))
	if !strings.Contains(quote, "where the fullest has") {
		t.Error("the page of a quotation does not say what differs")
	}
	if body := bodyOf(t, "/quotes?by=Torokai&type=indirect&on=offer+of+six"); !strings.Contains(body, "Nothing") {
		t.Error("nothing that passes is not said to be so")
	}
	// What is said in other words is offered where nothing was quoted so.
	if body := bodyOf(t, "/quotes?type=direct&on=every+call+on+the+hotline"); !strings.Contains(body, "said in other forms") {
		t.Error("indirect speech that matches is not offered")
	}
	srv := demo(t)
	srv.Client().CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	if code, h, _ := get(t, srv, "/quotes?q=limit+by:torokai+at:%22Port+Elsey%22"); code != http.StatusSeeOther || h.Get("Location") != "/quotes?at=Port+Elsey&by=torokai&on=limit" {
		t.Errorf("the box: %d to %s", code, h.Get("Location"))
	}
}

func TestBox(t *testing.T) {
	for typed, want := range map[string]string{
		`monthly limit by:torokai`:                     "by=torokai&on=monthly+limit",
		`by:"Vesna Torokai" to:aldane to:“Ilse Maren”`: "by=Vesna+Torokai&party=aldane&party=Ilse+Maren",
		`type:Direct from:2031-03 until:2031-04`:       "from=2031-03&to=2031-04&type=direct",
		`from:"Harbour Wire" at:speech`:                "at=speech&outlet=Harbour+Wire",
		`half past 10:30 is: not:an operator`:          "on=half+past+10%3A30+is%3A+not%3Aan+operator",
		`"a whole phrase`:                              "on=a+whole+phrase",
		``:                                             "",
	} {
		var p query.Params
		readBox(&p, typed)
		if got := p.String(); got != want {
			t.Errorf("%q: %s, want %s", typed, got, want)
		}
	}
}

func TestPositionsPages(t *testing.T) {
	table := bodyOf(t, "/positions")
	for _, want := range []string{"Nothing found since", "One party only", "On no issue that others name", `data-who="Sollund"`, `data-who="Karvany"`} {
		if !strings.Contains(table, want) {
			t.Errorf("the table has no %q", want)
		}
	}
	issue := first(t, "/positions", `/positions/i[0-9a-f]{16}`)
	body := bodyOf(t, issue)
	if !strings.Contains(body, "<svg") || !strings.Contains(body, "over time") {
		t.Error("the issue has no picture over time")
	}
	if body := bodyOf(t, "/positions?on=zzz&by=Sollund"); !strings.Contains(body, "No position passes") || !strings.Contains(body, "Without “On zzz”") {
		t.Error("an empty table does not offer to take its narrowest filter away")
	}
	if code, _, _ := get(t, demo(t), "/positions/i0000000000000000"); code != http.StatusNotFound {
		t.Errorf("no issue: %d", code)
	}
	if body := bodyOf(t, "/positions?limit=3"); strings.Count(body, `scope="row"`) > 4 || !strings.Contains(body, "?cursor=") {
		t.Error("a page of three issues has more, or no next")
	}
	// Beyond the end there is nothing, and no failure.
	for _, c := range []string{"999999", "9223372036854775807", "-1", "x"} {
		if code, _, _ := get(t, demo(t), "/positions?cursor="+c); code != http.StatusOK {
			t.Errorf("cursor %s: %d", c, code)
		}
	}
}

func TestCommitmentsPages(t *testing.T) {
	body := bodyOf(t, "/commitments")
	for _, want := range []string{"counted on 25 March 2031, the day of the newest report", "Alleged violations", "denies it", "No denial found.", "in 36 days", "Kept: no report of it", "Without a date"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page has no %q", want)
		}
	}
	if body := bodyOf(t, "/commitments?day=2031-05-12&status=overdue"); !strings.Contains(body, "12 days overdue") {
		t.Error("a promise is not overdue after its day")
	}
	if body := bodyOf(t, "/commitments?status=open"); !strings.Contains(body, "patrol boats") {
		t.Error("what is due in 36 days is not open")
	}
	ics := bodyOf(t, "/commitments.ics")
	if !strings.Contains(ics, "DTSTART;VALUE=DATE:20310430") || strings.Count(ics, "BEGIN:VEVENT") != 1 {
		t.Errorf("the calendar has other days:\n%s", ics)
	}
	one := bodyOf(t, first(t, "/commitments?status=alleged", `/c/k[0-9a-f]{16}`))
	if !strings.Contains(one, "Promised by") || !strings.Contains(one, "No report says so, up to 25 March 2031") {
		t.Error("the page of a promise does not say whether it was kept")
	}
}

func TestSourcesPages(t *testing.T) {
	body := bodyOf(t, "/sources")
	for _, want := range []string{"2 from Harbour Wire", "0 of 2", "Nothing of its own", "shared events", "87 % of its 6-word runs"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page has no %q", want)
		}
	}
	var a, b string
	for _, m := range regexp.MustCompile(`/s/(e[0-9a-f]{16})">([^<]*)`).FindAllStringSubmatch(body, -1) {
		switch m[2] {
		case "Harbour Wire":
			a = m[1]
		case "Elsey Evening Post":
			b = m[1]
		}
	}
	if s := bodyOf(t, "/s/"+b); !strings.Contains(s, "of Harbour Wire") || !strings.Contains(s, "copy-changes-figure") {
		t.Error("the page of the outlet does not show its copies and their defects")
	}
	// The record has one version of each article: nothing in it tells that there is no other.
	if s := bodyOf(t, "/s/"+a); strings.Contains(s, "another text") || strings.Contains(s, "<dt>Edited") {
		t.Error("the page of the outlet denies what only the store's versions tell")
	}
	// The shape's numbers are those of the list that they open.
	n := regexp.MustCompile(`(\d+) named`).FindStringSubmatch(bodyOf(t, "/s/"+a))[1]
	if l := bodyOf(t, "/quotes.json?outlet="+a+"&source=named&limit=1"); !strings.Contains(l, `"count": `+n+",") {
		t.Errorf("%s things attributed to named people, and the list is\n%s", n, l)
	}
	for _, path := range []string{"/sources/compare?a=" + a + "&b=" + b, "/sources/compare?a=harbour+wire&b=Elsey+Evening+Post"} {
		c := bodyOf(t, path)
		for _, want := range []string{"2 reports of Elsey Evening Post have a text of Harbour Wire", "By claim", "Only in Harbour Wire", `class="d">differ`} {
			if !strings.Contains(c, want) {
				t.Errorf("%s has no %q", path, want)
			}
		}
	}
	if c := bodyOf(t, "/sources/compare?a="+a+"&b="+a); !strings.Contains(c, "Choose two outlets") {
		t.Error("an outlet is compared with itself")
	}
	if n := bodyOf(t, "/network"); !strings.Contains(n, "<svg") || !strings.Contains(n, "1 disputed") || !strings.Contains(n, "Henrik Aldane") {
		t.Error("the network has no picture, no disputes or no prime minister")
	}
	if n := bodyOf(t, "/network?from=2040"); !strings.Contains(n, "Nobody is told to have spoken") {
		t.Error("an empty network is not said to be so")
	}
}

// Every form of every list can be read by a reader of that form, and has what
// the page has.
func TestFormsOfLists(t *testing.T) {
	for _, path := range []string{"/people", "/quotes", "/positions", "/commitments", "/sources", "/network"} {
		var list map[string]any
		if err := json.Unmarshal([]byte(bodyOf(t, path+".json")), &list); err != nil || list["schema"] == "" {
			t.Errorf("%s.json: %v, schema %v", path, err, list["schema"])
		}
		rows, err := csv.NewReader(strings.NewReader(bodyOf(t, path+".csv"))).ReadAll()
		if err != nil || len(rows) < 2 {
			t.Errorf("%s.csv: %v, %d rows", path, err, len(rows))
		}
	}
	for _, path := range []string{"/quotes", "/positions", "/commitments"} {
		if feed := bodyOf(t, path+".atom"); strings.Count(feed, "<entry>") < 10 {
			t.Errorf("%s.atom has %d entries", path, strings.Count(feed, "<entry>"))
		}
	}
}

// What a filter leaves of a page is the same in every form of it.
func TestFormsHoldTheSameRows(t *testing.T) {
	issue := first(t, "/positions", `/positions/i[0-9a-f]{16}`)
	name := url.QueryEscape(regexp.MustCompile(`<h1[^>]*>([^<]+)</h1>`).FindStringSubmatch(bodyOf(t, issue))[1])
	party := first(t, "/positions", `data-who="[^"]+"`)
	party = url.QueryEscape(strings.TrimSuffix(strings.TrimPrefix(party, `data-who="`), `"`))
	for path, queries := range map[string][]string{
		"/changes":   {"since=2031", "since=2031&outlet=Harbour+Wire", "since=2031&party=Karvany", "since=2031&by=Sollund", "since=2031&words=call", "since=2031&disputed=true", "since=2031&status=planned", "since=2031&order=oldest&limit=5", "since=2031&order=oldest&limit=5&cursor=5", "since=2031&limit=7&cursor=7", "since=2031&kind=first", "since=2031&party=Karvany&kind=first"},
		"/positions": {"", "issue=" + name, "limit=2", "limit=2&cursor=2", "by=" + party, "issue=" + name + "&by=" + party},
		issue:        {"", "by=" + party, "by=nobody", "from=2031-03-20", "to=2031-03-12", "outlet=Harbour+Wire"},
	} {
		sizes, all := map[int]bool{}, 0
		for _, q := range queries {
			limit := "&limit=1000"
			if strings.Contains(q, "limit") {
				limit = ""
			}
			rows, err := csv.NewReader(strings.NewReader(bodyOf(t, path+".csv?"+q+limit))).ReadAll()
			if err != nil {
				t.Fatal(err)
			}
			column := func(row []string, name string) string { return row[slices.Index(rows[0], name)] }
			var table []string
			for _, r := range rows[1:] {
				switch {
				case path == "/changes":
					table = append(table, column(r, "event")+" "+column(r, "change")+" "+column(r, "report")+" "+column(r, "evidence"))
				case column(r, "issue") != "": // the table of stances has what is on an issue
					table = append(table, column(r, "id"))
				}
			}
			var got struct {
				Items []struct {
					Event, Report struct{ ID string }
					Kind, Ref     string
				}
				Item struct {
					Positions json.RawMessage
					Lines     []struct {
						Cells, Others []struct{ Positions []struct{ ID string } }
					}
				}
			}
			if err := json.Unmarshal([]byte(bodyOf(t, path+".json?"+q+limit)), &got); err != nil {
				t.Fatal(err)
			}
			var object []string
			for _, x := range got.Items {
				object = append(object, x.Event.ID+" "+x.Kind+" "+x.Report.ID+" "+x.Ref)
			}
			for _, l := range got.Item.Lines {
				for _, c := range slices.Concat(l.Cells, l.Others) {
					for _, p := range c.Positions {
						object = append(object, p.ID)
					}
				}
			}
			if path == issue {
				var held []struct{ ID string }
				if err := json.Unmarshal(got.Item.Positions, &held); err != nil {
					t.Fatal(err)
				}
				for _, p := range held {
					object = append(object, p.ID)
				}
			}
			sizes[len(table)] = true
			if path == issue { // which has copies of the rows, too
				if q == "" {
					all = len(object)
				}
				if len(table) == 0 != (len(object) == 0) || q != "" && len(object) >= all {
					t.Errorf("%s?%s: %d positions as JSON, %d rows, %d without a filter", path, q, len(object), len(table), all)
				}
				object = slices.DeleteFunc(object, func(id string) bool { return !slices.Contains(table, id) })
			}
			slices.Sort(table)
			slices.Sort(object)
			if !slices.Equal(table, object) {
				t.Errorf("%s?%s: %d rows as CSV, %d as JSON", path, q, len(table), len(object))
			}
		}
		if len(sizes) < 2 || sizes[0] && len(sizes) < 3 {
			t.Errorf("%s: the filters leave %v rows: nothing was checked", path, sizes)
		}
	}
}

// Where nobody knows how many days are left, a table says nothing of them.
func TestDaysLeft(t *testing.T) {
	v := view.New(&readout.Record{
		Reports:     []*readout.Report{{ID: "r1", Text: "Sollund will open the lock."}},
		Commitments: []*readout.Commitment{{ID: "k1", Terms: "open the lock", Until: &readout.Date{Value: "2031-03-28"}, Evidence: readout.Evidence{Report: "r1", Span: readout.Span{End: 27}}}},
	})
	for day, want := range map[string]string{"": " open", "2031-03-15": "13 due soon", "2031-03": "-3 overdue"} {
		tab := dueTable(v.Ledger(view.Filter{}, day).Rows())
		cell := func(name string) string { return tab.Rows[0][slices.Index(tab.Columns, name)] }
		if got := cell("days_left") + " " + cell("status"); got != want {
			t.Errorf("on %q: %q, want %q", day, got, want)
		}
	}
}
