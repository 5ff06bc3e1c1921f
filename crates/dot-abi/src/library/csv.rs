//! `Csv.*`: tables as text.

use super::rows::{Row, Rows, put_row};
use super::{Made, Meter, Spent, outcome};
use crate::fault::{Fault, FaultCode};
use crate::json::{Condition, DecodeLimits, Problem, Rules, decode_by, too_large, type_name, word_to_json};
use crate::text::text_of;
use crate::types::{Field, TypeDesc, TypeRef, TypeTable};
use crate::value::{PART_SIZE, Value};

/// `fn rows(text: Text, separator: Text) -> List<List<Text>>`
pub(super) fn rows(text: &str, separator: &str, meter: &dyn Meter) -> Result<Made, Fault> {
    let mut reader = Rows::new(text, separator_byte(separator)?);
    let mut spent = Spent::new(meter);
    let mut rows = Vec::new();
    while let Some(row) = reader.next() {
        spent.add((row.len() + 1) * PART_SIZE + row.size())?;
        rows.push(Value::List(row.cells().map(|cell| Value::Text(cell.into())).collect()));
    }
    Ok(Made::Value(Value::List(rows)))
}

/// `fn write<T: data>(rows: T, separator: Text) -> Text`: of lists of texts, or of records with their names in front.
pub(super) fn write(
    types: &TypeTable,
    ty: TypeRef,
    rows: &Value,
    separator: &str,
    meter: &dyn Meter,
) -> Result<Made, Fault> {
    let mut spent = Spent::new(meter);
    let separator = separator_byte(separator)?;
    let mut written = String::new();
    let (TypeDesc::List { item }, Value::List(rows)) = (types.get(types.base(ty)), rows) else {
        return Err(no_table(types, ty));
    };
    let mut put = |row: &[String]| -> Result<(), Fault> {
        spent.add(row.iter().map(|cell| cell.len() + 1).sum())?;
        put_row(row, separator, &mut written);
        Ok(())
    };
    let fields = match types.get(types.base(*item)) {
        TypeDesc::Record { fields, .. } => &fields[..],
        TypeDesc::List { .. } => &[],
        _ => return Err(no_table(types, *item)),
    };
    if !fields.is_empty() {
        put(&fields.iter().map(|field| field.json_name().to_owned()).collect::<Vec<_>>())?;
    }
    for row in rows {
        let cells: Result<Vec<String>, Fault> = match row {
            Value::List(cells) => cells.iter().map(|cell| plain(cell).ok_or_else(|| no_table(types, *item))).collect(),
            Value::Record(values) => {
                fields.iter().zip(values).map(|(field, value)| cell(types, field, value)).collect()
            }
            _ => Err(no_table(types, *item)),
        };
        put(&cells?)?;
    }
    Ok(Made::Text(written))
}

/// `fn parse<T: data>(text: Text, separator: Text) -> Result<List<T>, List<Problem>>`
pub(super) fn parse(
    types: &TypeTable,
    ty: TypeRef,
    text: &str,
    separator: &str,
    limits: &DecodeLimits,
    condition: Condition<'_>,
) -> Result<Value, Fault> {
    let TypeDesc::Record { fields, .. } = types.get(types.base(ty)) else {
        let message = format!("`Csv.parse` makes records of rows, and {} is no record", type_name(types, ty));
        return Err(Fault::new(FaultCode::Argument, message));
    };
    let mut reader = Rows::new(text, separator_byte(separator)?);
    let mut table = Table {
        types,
        ty,
        fields,
        columns: Vec::new(),
        width: 0,
        limits,
        rules: Rules { strict: false, condition },
        size: 0,
        problems: Vec::new(),
    };
    let mut rows = Vec::new();
    if let Some(names) = reader.next() {
        table.head(&names);
        while table.goes_on()
            && let Some(row) = reader.next()
        {
            rows.extend(table.row(&row)?);
        }
    }
    let problems = table.problems;
    Ok(outcome(if problems.is_empty() { Ok(Value::List(rows)) } else { Err(problems) }))
}

/// A table that is being read.
struct Table<'t, 'r> {
    types: &'t TypeTable,
    ty: TypeRef,
    fields: &'t [Field],
    /// The column of each field, if it has one.
    columns: Vec<Option<usize>>,
    width: usize,
    limits: &'t DecodeLimits,
    rules: Rules<'r>,
    size: usize,
    problems: Vec<Problem>,
}

impl Table<'_, '_> {
    /// Finds the column of each field.
    fn head(&mut self, names: &Row<'_>) {
        self.width = names.len();
        for field in self.fields {
            let column = names.cells().position(|name| name.trim() == field.json_name());
            if column.is_none() && !field.optional {
                let expected = type_name(self.types, field.ty);
                let problem = Problem::new("line 1", expected.clone(), "missing");
                let name = field.json_name();
                self.problems.push(problem.message(format!("the column \"{name}\" is missing: it must be {expected}")));
            }
            self.columns.push(column);
        }
    }

    /// Whether there is a reason to look at another row.
    fn goes_on(&self) -> bool {
        let is_headless =
            self.columns.iter().zip(self.fields).any(|(column, field)| column.is_none() && !field.optional);
        !is_headless && self.problems.len() < self.limits.problems && self.size <= self.limits.size_bytes
    }

    /// The record of a row; nothing after a problem.
    fn row(&mut self, row: &Row<'_>) -> Result<Option<Value>, Fault> {
        let line = format!("line {}", row.line());
        self.size += (self.fields.len() + 1) * PART_SIZE + row.size();
        if self.size > self.limits.size_bytes {
            self.problems.push(too_large(&line, self.limits));
            return Ok(None);
        }
        if row.len() != self.width {
            let cells = |count: usize| format!("{count} cell{}", if count == 1 { "" } else { "s" });
            let (expected, found) = (cells(self.width), cells(row.len()));
            let message = format!("{line} has {found}, and the first line has {expected}");
            self.problems.push(Problem::new(&line, expected, found).message(message));
            return Ok(None);
        }
        let mut values = Some(Vec::with_capacity(self.fields.len()));
        for (field, column) in self.fields.iter().zip(self.columns.clone()) {
            let value = match column.and_then(|column| row.get(column)) {
                Some(cell) => self.cell(field, cell, &line)?,
                None => Some(Value::Default),
            };
            values = values.zip(value).map(|(mut values, value)| {
                values.push(value);
                values
            });
        }
        let Some(record) = values.map(Value::Record) else { return Ok(None) };
        if let TypeDesc::Refined { .. } = self.types.get(self.ty)
            && let Some(unfulfilled) = (self.rules.condition)(self.ty, &record)?
        {
            let expected = unfulfilled.expected(self.types);
            let message = format!("{line} must be {expected}");
            self.problems.push(Problem::new(&line, expected, "a row").message(message));
            return Ok(None);
        }
        Ok(Some(record))
    }

    /// The value of a cell; nothing after a problem.
    fn cell(&mut self, field: &Field, cell: &str, line: &str) -> Result<Option<Value>, Fault> {
        let path = format!("{line}, column \"{}\"", field.json_name());
        let is_text = matches!(self.types.get(self.types.base(field.ty)), TypeDesc::Text);
        let word = if is_text { cell } else { cell.trim() };
        if word.is_empty() && !is_text {
            if field.optional {
                return Ok(Some(Value::Default));
            }
            let expected = type_name(self.types, field.ty);
            let message = format!("{path} must be {expected}, but it is empty");
            self.problems.push(Problem::new(path, expected, "empty").message(message));
            return Ok(None);
        }
        let decoded = match word_to_json(self.types, field.ty, word, self.limits) {
            Ok(json) => decode_by(self.types, field.ty, &json, self.limits, &mut self.rules)?,
            Err(problem) => Err(vec![problem]),
        };
        match decoded {
            Ok(value) => Ok(Some(value)),
            Err(problems) => {
                self.problems.extend(problems.into_iter().map(|problem| {
                    let message = format!("{path} must be {}, but it is {}", problem.expected, problem.found);
                    Problem { path: path.clone(), message, ..problem }
                }));
                Ok(None)
            }
        }
    }
}

fn separator_byte(separator: &str) -> Result<u8, Fault> {
    match separator.as_bytes() {
        [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r') => Ok(*byte),
        _ => {
            Err(Fault::new(FaultCode::Argument, "the separator of a table is one ASCII character, such as `,` or `;`"))
        }
    }
}

/// A field of a record as a cell.
fn cell(types: &TypeTable, field: &Field, value: &Value) -> Result<String, Fault> {
    match value {
        Value::Option(None) => Ok(String::new()),
        Value::Option(Some(item)) => match types.get(types.base(field.ty)) {
            TypeDesc::Option { item: ty } => text_of(types, *ty, item),
            _ => text_of(types, field.ty, value),
        },
        _ => text_of(types, field.ty, value),
    }
}

fn plain(cell: &Value) -> Option<String> {
    match cell {
        Value::Text(text) => Some(text.as_ref().to_owned()),
        _ => None,
    }
}

fn no_table(types: &TypeTable, ty: TypeRef) -> Fault {
    let message = format!("a table is written of lists of texts or of records, and not of {}", type_name(types, ty));
    Fault::new(FaultCode::Argument, message)
}
