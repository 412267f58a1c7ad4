/** How the balance of a payment splits for the receipt. */
export interface TaxSplit {
  readonly suppliedAmount: number;
  readonly vat: number;
  readonly taxFreeAmount: number;
}

/** Splits an amount in won: VAT is an eleventh of the taxed part, rounded. */
export function splitTax(amount: number, taxFreeAmount: number): TaxSplit {
  const vat = Math.round((amount - taxFreeAmount) / 11);
  return { suppliedAmount: amount - vat - taxFreeAmount, vat, taxFreeAmount };
}
