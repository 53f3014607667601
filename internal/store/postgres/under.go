package postgres

import (
	"fmt"

	"github.com/jackc/pgx/v5"
)

// Under is the connection of pgx below a driver's connection of a store, which
// sql.Conn.Raw gives: for what speaks pgx and shares the store's transaction.
// Text is not escaped on that way.
func Under(driverConn any) (*pgx.Conn, error) {
	c, ok := driverConn.(*conn)
	if !ok {
		return nil, fmt.Errorf("a connection of the store on PostgreSQL was expected, not %T", driverConn)
	}
	return c.pgx(), nil
}
