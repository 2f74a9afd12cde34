//! What is done to whole tables: choosing rows, adding computed columns.

use super::formula::{Formula, FormulaError};
use super::{Cell, CellRef, Column, Missing, Table};
use crate::problem::{Noted, Problem, nearest_spelling};

impl Table {
    /// Makes a table from columns that a measure computed. Fails where they are not equally long or two share a name.
    pub fn from_columns(name: &str, columns: Vec<impl Into<Column>>) -> Result<Table, Problem> {
        let columns: Vec<Column> = columns.into_iter().map(Into::into).collect();
        let rows = columns.first().map_or(0, Column::len);
        for (at, column) in columns.iter().enumerate() {
            let heading = &column.name;
            if column.len() != rows {
                let message = format!("Computed column \"{heading}\" has {} rows where the first has {rows}.", column.len());
                return Err(Problem::error("uneven-columns", message).about(name));
            }
            if columns[..at].iter().any(|other| other.name == *heading) {
                return Err(
                    Problem::error("duplicate-heading", format!("Two computed columns are called \"{heading}\".")).about(name)
                );
            }
        }
        Ok(Table { name: name.to_string(), file: String::new(), columns, lines: (1..=rows).collect() })
    }

    /// The names of the columns, in order.
    pub fn headings(&self) -> impl Iterator<Item = &str> + Clone {
        self.columns.iter().map(|column| column.name.as_str())
    }

    /// How a name in a formula finds its column, the surest way first: as it stands, behind the table's name, as the year that a
    /// heading is.
    pub(crate) const WAYS: [fn(&Table, &str) -> Option<usize>; 3] = [Table::exact, Table::behind_name, Table::of_year];

    fn exact(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    fn behind_name(&self, name: &str) -> Option<usize> {
        self.exact(name.strip_prefix(self.name.as_str())?.strip_prefix('.')?)
    }

    /// The column that a name in a formula means: `column`, or `table.column`; `2020` is 2020年 as well.
    pub fn find(&self, name: &str) -> Option<&Column> {
        Self::WAYS.iter().find_map(|way| way(self, name)).and_then(|at| self.columns.get(at))
    }

    /// The error for a name that no column has, with the nearest in spelling.
    pub fn unknown_column(&self, name: &str) -> Problem {
        let problem = Problem::error("unknown-column", format!("There is no column \"{}\".", super::shorten(name)));
        let help = match nearest_spelling(name, self.headings()) {
            Some(near) => format!("Did you mean \"{near}\"?"),
            None => format!("The columns are: {}.", list(self.headings())),
        };
        let problem = problem.help(help);
        if self.file.is_empty() { problem.about(&self.name) } else { problem.in_file(&self.file) }
    }

    /// The rows for which `filter` holds, as a table of its own. Rows for which it has no answer, because a cell it asks for is
    /// missing, are left out with a warning.
    pub fn select_rows(&self, filter: &Formula) -> Result<Noted<Table>, FormulaError> {
        self.check_names(filter)?;
        let columns = self.look_up(filter);
        let mut kept = Vec::new();
        let mut unknown: Vec<(usize, Missing)> = Vec::new();
        for row in 0..self.rows() {
            match filter.holds(&|name| columns.cell(name, row)) {
                Ok(true) => kept.push(row),
                Ok(false) => {}
                Err(missing) => unknown.push((self.lines[row], missing)),
            }
        }
        let mut problems = Vec::new();
        if let Some((line, missing)) = unknown.first() {
            let message =
                format!("The filter `{filter}` has no answer for {} rows, which are left out (first: {missing}).", unknown.len());
            let zh = format!("筛选条件 {filter} 对 {} 行没有结果，这些行未计入。", unknown.len());
            problems.push(Problem::warning("filter-without-answer", message).zh(zh).in_file(self.place()).at_line(*line));
        }
        Ok(Noted { value: self.rows_at(&kept), problems })
    }

    /// The rows with these numbers, in this order, as a table of its own. Numbers out of range are passed over.
    #[must_use]
    pub fn rows_at(&self, rows: &[usize]) -> Table {
        let mut places = Vec::new();
        let columns = self.columns.iter().map(|column| column.rows_at(rows, &mut places)).collect();
        let lines = rows.iter().filter_map(|row| self.lines.get(*row).copied()).collect();
        Table { name: self.name.clone(), file: self.file.clone(), columns, lines }
    }

    /// The table with one more column, computed row by row; a column of the same name is replaced.
    pub fn with_column(mut self, name: &str, formula: &Formula) -> Result<Table, FormulaError> {
        self.check_names(formula)?;
        let columns = self.look_up(formula);
        let cells: Vec<Cell> = (0..self.rows()).map(|row| formula.evaluate(&|name| columns.cell(name, row)).into()).collect();
        self.columns.retain(|column| column.name != name);
        self.columns.push(Column::new(name, cells));
        Ok(self)
    }

    /// File, or name where there is no file, for messages.
    pub fn place(&self) -> &str {
        if self.file.is_empty() { &self.name } else { &self.file }
    }

    fn check_names(&self, formula: &Formula) -> Result<(), FormulaError> {
        match formula.names().into_iter().find(|name| self.find(&name.text).is_none()) {
            Some(name) => Err(FormulaError::unknown_name(name, self.headings())),
            None => Ok(()),
        }
    }

    fn look_up<'a>(&'a self, formula: &Formula) -> LookUp<'a> {
        LookUp(formula.names().into_iter().filter_map(|name| Some((name.text.clone(), self.find(&name.text)?))).collect())
    }
}

/// The columns that a formula asks for, found once for all rows.
struct LookUp<'a>(Vec<(String, &'a Column)>);

impl<'a> LookUp<'a> {
    fn cell(&self, name: &str, row: usize) -> CellRef<'a> {
        let column = self.0.iter().find(|(known, _)| known == name);
        column.map_or(CellRef::Missing(&Missing::NoRow), |(_, column)| column.cell(row))
    }
}

/// The first dozen names, for a message.
pub(crate) fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let mut names: Vec<&str> = names.collect();
    let mut seen = std::collections::BTreeSet::new();
    names.retain(|name| seen.insert(*name));
    let more = if names.len() > 12 { format!(" and {} more", names.len() - 12) } else { String::new() };
    format!("{}{more}", names.iter().take(12).copied().collect::<Vec<_>>().join(", "))
}
