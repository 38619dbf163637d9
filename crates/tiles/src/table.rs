//! 属性表 What features say of themselves, each value known by a number, so that a tile finds its values without comparing them.

use crate::layer::Property;
use crate::wire;
use std::collections::HashMap;

/// Values kept beyond those in use before the forgotten ones go.
const SPARE: usize = 50_000;

/// 属性表 Rows of values under the same names. What tiles say depends on the rows alone, not on what they were before.
#[derive(Clone, Debug, Default)]
pub struct Table {
    names: Vec<&'static str>,
    rows: Vec<Vec<u32>>,
    numbers: HashMap<Property, u32>,
    values: Vec<Property>,
    /// The values as tiles have them.
    bytes: Vec<Box<[u8]>>,
}

impl Table {
    /// A table without rows.
    #[must_use]
    pub fn new(names: &[&'static str]) -> Self {
        Self { names: names.to_vec(), ..Self::default() }
    }

    /// 行数 How many rows there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// 取值 A value of a row.
    #[must_use]
    pub fn get(&self, row: usize, column: usize) -> Option<&Property> {
        self.values.get(*self.rows.get(row)?.get(column)? as usize)
    }

    /// 换行 Puts a row in its place; the place behind the last one adds it.
    pub fn put(&mut self, row: usize, values: &[Property]) {
        let numbers: Vec<u32> = values.iter().map(|value| self.number(value)).collect();
        match self.rows.get_mut(row) {
            Some(old) => *old = numbers,
            None => self.rows.push(numbers),
        }
        if self.values.len() > SPARE + 2 * self.rows.len() * self.names.len() {
            self.tidy();
        }
    }

    /// 换值 Puts one value in its place.
    pub fn set(&mut self, row: usize, column: usize, value: &Property) {
        let number = self.number(value);
        if let Some(place) = self.rows.get_mut(row).and_then(|row| row.get_mut(column)) {
            *place = number;
        }
    }

    /// 截短 Leaves out the rows from a place on.
    pub fn truncate(&mut self, rows: usize) {
        self.rows.truncate(rows);
    }

    /// The numbers of a row.
    pub(crate) fn row(&self, row: u32) -> &[u32] {
        self.rows.get(row as usize).map_or(&[][..], Vec::as_slice)
    }

    pub(crate) fn names(&self) -> &[&'static str] {
        &self.names
    }

    /// How many numbers are in use.
    pub(crate) const fn numbers(&self) -> usize {
        self.values.len()
    }

    /// The bytes of a value; none of nothing.
    pub(crate) fn bytes(&self, number: u32) -> &[u8] {
        self.bytes.get(number as usize).map_or(&[][..], |bytes| bytes)
    }

    fn number(&mut self, value: &Property) -> u32 {
        if let Some(&number) = self.numbers.get(value) {
            return number;
        }
        let number = self.values.len() as u32;
        self.numbers.insert(value.clone(), number);
        self.values.push(value.clone());
        self.bytes.push(wire::value(value).into());
        number
    }

    /// Forgets the values no row has any more.
    fn tidy(&mut self) {
        let old = std::mem::take(&mut self.values);
        self.numbers.clear();
        self.bytes.clear();
        let rows = std::mem::take(&mut self.rows);
        self.rows = rows
            .into_iter()
            .map(|row| {
                row.iter().filter_map(|&at| old.get(at as usize)).map(|value| self.number(value)).collect()
            })
            .collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_say_what_was_put_last_also_after_many_values_came_and_went() {
        let mut table = Table::new(&["code", "households"]);
        table.put(0, &[Property::from("a"), Property::from(1u32)]);
        table.put(1, &[Property::from("b"), Property::None]);
        for count in 0..2 * SPARE as u32 + 100 {
            table.put(0, &[Property::from("a"), Property::from(count)]);
        }
        assert!(table.numbers() < 2 * SPARE, "{}", table.numbers());
        table.set(1, 1, &Property::from(7u32));
        assert_eq!(table.get(0, 1), Some(&Property::from(2 * SPARE as u32 + 99)));
        assert_eq!(
            (table.get(1, 0), table.get(1, 1)),
            (Some(&Property::from("b")), Some(&Property::from(7u32)))
        );
        table.truncate(1);
        assert_eq!((table.len(), table.get(1, 0)), (1, None));
    }
}
