package export

import (
	"encoding/csv"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/parquet-go/parquet-go"

	"github.com/readout-news/readout/internal/export/cell"
)

// table is one table of CSV and Parquet. Both are made from one type of row:
// the columns are its fields, named by their parquet tags.
type table struct {
	name    string
	csv     func(*job, *writer) error
	parquet func(*job, *writer) error
}

// rowsPerGroup bounds what the Parquet writer holds in memory.
const rowsPerGroup = 50_000

// tableOf makes a table of the rows that each gives to emit.
func tableOf[T any](name string, each func(j *job, emit func(T) error) error) table {
	return table{
		name: name,
		csv: func(j *job, w *writer) error {
			out := csv.NewWriter(w)
			var head []string
			var at [][]int
			for _, f := range reflect.VisibleFields(reflect.TypeFor[T]()) {
				if f.Anonymous { // its own fields follow
					continue
				}
				col, _, _ := strings.Cut(f.Tag.Get("parquet"), ",")
				head, at = append(head, col), append(at, f.Index)
			}
			if err := out.Write(head); err != nil {
				return err
			}
			row := make([]string, len(head))
			err := each(j, func(r T) error {
				v := reflect.ValueOf(r)
				for i, field := range at {
					row[i] = printed(v.FieldByIndex(field))
				}
				w.item()
				return out.Write(row)
			})
			if err != nil {
				return err
			}
			out.Flush()
			return out.Error()
		},
		parquet: func(j *job, w *writer) error {
			out := parquet.NewGenericWriter[T](w, parquet.NewSchema(name, parquet.SchemaOf(new(T))), parquet.Compression(&parquet.Snappy), parquet.MaxRowsPerRowGroup(rowsPerGroup), parquet.CreatedBy("readout", j.o.Version, ""))
			buf := make([]T, 0, 256)
			flush := func() error {
				_, err := out.Write(buf)
				buf = buf[:0]
				return err
			}
			err := each(j, func(r T) error {
				buf = append(buf, r)
				w.item()
				if len(buf) == cap(buf) {
					return flush()
				}
				return nil
			})
			if err != nil {
				return err
			}
			if err := flush(); err != nil {
				return err
			}
			return out.Close()
		},
	}
}

// listSeparator parts the members of a list in one cell.
const listSeparator = " | "

// printed is a field of a row as a cell; what is unknown is an empty cell.
func printed(v reflect.Value) string {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return ""
		}
		v = v.Elem()
	}
	switch x := v.Interface().(type) {
	case string:
		return cell.Quote(x)
	case []string:
		return cell.Quote(strings.Join(x, listSeparator))
	case int64:
		return strconv.FormatInt(x, 10)
	case float64:
		return strconv.FormatFloat(x, 'g', -1, 64)
	case bool:
		return strconv.FormatBool(x)
	case time.Time:
		return x.UTC().Format(time.RFC3339)
	}
	panic(fmt.Sprintf("a row has a field of type %s", v.Type()))
}

// writeCSV writes each table as NAME.csv.
func writeCSV(j *job) error {
	return j.tables(".csv", func(t table, w *writer) error { return t.csv(j, w) })
}

// writeParquet writes each table as NAME.parquet.
func writeParquet(j *job) error {
	return j.tables(".parquet", func(t table, w *writer) error { return t.parquet(j, w) })
}

func (j *job) tables(ext string, write func(table, *writer) error) error {
	for _, t := range tables() {
		w, err := j.create(t.name + ext)
		if err != nil {
			return err
		}
		if err := write(t, w); err != nil {
			return fmt.Errorf("table %s: %w", t.name, err)
		}
		if err := w.close(); err != nil {
			return err
		}
	}
	return nil
}
