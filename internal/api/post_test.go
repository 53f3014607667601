package api

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/store/sqlite"
	"github.com/readout-news/readout/wire"
)

func TestTakeReports(t *testing.T) {
	t.Run("full", func(t *testing.T) {
		a, src, _ := world(t, 2)
		src.full = live.ErrFull
		res := ask(t, a, "POST", Base+"/reports", `{"reports":[{"text":"Two ministers met at Hegra."}]}`, "Content-Type", "application/json")
		if res.Code != http.StatusServiceUnavailable || res.Header().Get("Retry-After") == "" || len(src.taken) != 0 {
			t.Errorf("%d, %d taken", res.Code, len(src.taken))
		}
	})
	t.Run("JSON", func(t *testing.T) {
		a, src, _ := world(t, 60)
		schema := contract(t, a)
		res := ask(t, a, "POST", Base+"/reports", `{"reports":[{"text":"Two ministers met at Hegra.","outlet":"Harbour Wire","published":"2031-03-14"},{"text":" "},{"text":"<!doctype html><p>Talks ended.","name":"../../etc/passwd"}]}`, "Content-Type", "application/json")
		if res.Code != http.StatusAccepted || res.Header().Get("Location") != Base+"/jobs/j0123456789abcdef" {
			t.Fatalf("%d %s: %s", res.Code, res.Header().Get("Location"), res.Body)
		}
		valid(t, schema("ThingJob"), res.Body.Bytes())
		if len(src.taken) != 2 || src.taken[0].Sidecar.Outlet != "Harbour Wire" || src.taken[0].Path != "sent/text" {
			t.Fatalf("took %+v", src.taken)
		}
		if c := src.taken[1]; c.Path != "sent/passwd" || c.MediaType != "text/html" || c.Sidecar != nil {
			t.Errorf("took %+v", c)
		}
		if j := src.jobs["j0123456789abcdef"]; j.Total != 3 {
			t.Errorf("job of %d inputs, want 3: the empty one is refused", j.Total)
		}
	})
	t.Run("form", func(t *testing.T) {
		a, src, _ := world(t, 60)
		var body bytes.Buffer
		form := multipart.NewWriter(&body)
		for range 2 {
			f, _ := form.CreateFormFile("file", "talks.md")
			io.WriteString(f, "# Talks\n\nNobody walked out.")
		}
		form.WriteField("outlet", "Meridian")
		form.Close()
		res := ask(t, a, "POST", Base+"/reports", body.String(), "Content-Type", form.FormDataContentType())
		if res.Code != http.StatusAccepted || len(src.taken) != 2 {
			t.Fatalf("%d: %s; took %d", res.Code, res.Body, len(src.taken))
		}
		if src.taken[0].Path != "sent/talks.md" || src.taken[1].Path != "sent/talks-2.md" || src.taken[1].Sidecar.Outlet != "Meridian" || src.taken[0].MediaType != "text/markdown" {
			t.Errorf("took %+v", src.taken)
		}
	})
	for _, c := range []struct {
		name, body string
		status     int
		says       string
	}{
		{"none", `{"reports":[]}`, 400, "no report"},
		{"a field it has not", `{"reports":[{"txt":"x"}]}`, 400, "txt"},
		{"two values", `{"reports":[{"text":"x"}]} {}`, 400, "more than one"},
		{"no web address", `{"reports":[{"text":"x","url":"javascript:alert(1)"}]}`, 400, "body.reports[0].url"},
		{"too large", `{"reports":[{"text":"` + strings.Repeat("x", 3000) + `"}]}`, 413, "too large"},
		{"too many", `{"reports":[` + strings.Repeat(`{"text":"x"},`, maxIntake) + `{"text":"x"}]}`, 413, "at most 1000"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, src, _ := world(t, 60)
			if c.name == "too large" {
				a.opts.MaxUpload = 2000
			}
			res := ask(t, a, "POST", Base+"/reports", c.body, "Content-Type", "application/json")
			if res.Code != c.status || !strings.Contains(res.Body.String(), c.says) || len(src.taken) != 0 {
				t.Errorf("%d: %s", res.Code, res.Body)
			}
		})
	}
}

// The API over a store and a real Source: what is taken in is read and linked,
// and the job tells of it.
func TestIntakeToRecord(t *testing.T) {
	if testing.Short() {
		t.Skip("loads the models")
	}
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "readout.db"), sqlite.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	src, err := live.New(t.Context(), s, live.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	a, err := New(src, Options{})
	if err != nil {
		t.Fatal(err)
	}
	res := ask(t, a, "POST", Base+"/reports", `{"reports":[{"text":"The president of Sollund spoke by phone with the president of Karvany on 14 March 2031. “We will open the harbour,” President Maren Ilvo said.","outlet":"Harbour Wire","published":"2031-03-15"},{"text":""}]}`, "Content-Type", "application/json")
	var job wire.Thing[wire.Job]
	if err := json.Unmarshal(res.Body.Bytes(), &job); err != nil {
		t.Fatalf("%v: %s", err, res.Body)
	}
	select {
	case <-src.Job(job.Item.ID).Done():
	case <-time.After(time.Minute):
		t.Fatal("the job does not end")
	}
	res = ask(t, a, "GET", res.Header().Get("Location"), "")
	valid(t, contract(t, a)("ThingJob"), res.Body.Bytes())
	if err := json.Unmarshal(res.Body.Bytes(), &job); err != nil {
		t.Fatal(err)
	}
	if job.Item.State != "done" || job.Item.Error != nil || len(job.Item.Outcomes) != 2 || job.Item.Read != 2 {
		t.Fatalf("%s", res.Body)
	}
	var taken string
	for _, o := range job.Item.Outcomes {
		if o.Report != nil && o.New {
			taken = o.Report.ID
		}
	}
	var page wire.Thing[wire.ReportPage]
	if err := json.Unmarshal(ask(t, a, "GET", Base+"/reports/"+taken, "").Body.Bytes(), &page); err != nil {
		t.Fatal(err)
	}
	if page.Item.Report.Outlet != "Harbour Wire" || len(page.Item.Quotes) == 0 || len(page.Item.Sentences) == 0 {
		t.Errorf("%+v", page.Item)
	}
}

// A draft beside the record of made-up reports: what a report says is found in
// it, and a draft that cannot be compared says why.
func TestCheckDraft(t *testing.T) {
	if testing.Short() {
		t.Skip("loads the models")
	}
	a, src, w := world(t, 60)
	var err error
	if src.reader, err = pipeline.New(); err != nil {
		t.Fatal(err)
	}
	var said *readout.Statement
	for _, s := range w.Record.Statements {
		if s.Kind == readout.Direct && len(s.Content) == 1 && s.Speaker != "" && len(strings.Fields(s.Text)) > 5 {
			said = s
			break
		}
	}
	draft, _ := json.Marshal(wire.Draft{Text: "“" + said.Text + "” " + src.snap.EntityName(said.Speaker) + " said.", Date: "2031-03-14"})
	res := ask(t, a, "POST", Base+"/check", string(draft), "Content-Type", "application/json")
	if res.Code != http.StatusOK {
		t.Fatalf("%d: %s", res.Code, res.Body)
	}
	valid(t, contract(t, a)("Check"), res.Body.Bytes())
	var got wire.Check
	if err := json.Unmarshal(res.Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got.Schema != "readout/check/1" || len(got.Findings) == 0 || got.Findings[0].Kind != "quotation" || got.Findings[0].Verdict != "match" {
		t.Errorf("%s", res.Body)
	}
	for _, c := range []struct {
		name, body string
		status     int
		says       string
	}{
		{"empty", `{"text":" "}`, 400, "body.text"},
		{"no day", `{"text":"x","date":"soon"}`, 400, "body.date"},
		{"long", `{"text":"` + strings.Repeat("x", maxDraft+1) + `"}`, 413, "the limit is 256 KB"},
		{"unknown field", `{"draft":"x"}`, 400, "draft"},
	} {
		t.Run(c.name, func(t *testing.T) {
			res := ask(t, a, "POST", Base+"/check", c.body, "Content-Type", "application/json")
			if res.Code != c.status || !strings.Contains(res.Body.String(), c.says) {
				t.Errorf("%d: %s", res.Code, res.Body)
			}
		})
	}
}
