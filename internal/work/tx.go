package work

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/readout-news/readout/internal/store/postgres"
	"github.com/readout-news/readout/internal/store/sqlstore"
)

// inTx runs f with the store's transaction as River's driver takes one. The
// store speaks database/sql and River pgx; both ride on one connection.
func inTx(tx *sqlstore.Tx, f func(pgx.Tx) error) error {
	var failed error
	err := tx.Conn.Raw(func(c any) error {
		under, err := postgres.Under(c)
		if err == nil {
			// An error of f is not one of the connection, which Raw might close.
			failed = f(borrowed{under})
		}
		return err
	})
	return errors.Join(err, failed)
}

// session is a connection under another name, since a transaction has a method
// Conn.
type session = pgx.Conn

// borrowed is a transaction under way that the store began and will end.
type borrowed struct{ *session }

var errBorrowed = errors.New("the store begins and ends its transaction itself")

// Begin implements pgx.Tx: there are no transactions within this one.
func (borrowed) Begin(context.Context) (pgx.Tx, error) { return nil, errBorrowed }

// Commit implements pgx.Tx.
func (borrowed) Commit(context.Context) error { return errBorrowed }

// Rollback implements pgx.Tx.
func (borrowed) Rollback(context.Context) error { return errBorrowed }

// LargeObjects implements pgx.Tx.
func (borrowed) LargeObjects() pgx.LargeObjects { return pgx.LargeObjects{} }

// Conn implements pgx.Tx.
func (b borrowed) Conn() *pgx.Conn { return b.session }
