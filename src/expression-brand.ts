/** What marks an expression, also one made by another copy of this package. */
export const expressionBrand: unique symbol = Symbol.for("dlf-lance.expression");
