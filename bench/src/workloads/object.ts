import { deepStrictEqual } from 'node:assert/strict';
import type { Workload } from './workload.ts';

export interface OrderLike {
  readonly orderId: string;
  readonly userId: string;
  readonly status: string;
  readonly totalAmount: number;
  readonly discountRate: number;
  readonly gift: boolean;
  readonly note: string;
  readonly coupon: string | null;
  readonly address: Readonly<Record<'name' | 'street' | 'city' | 'postalCode' | 'country', string>>;
  readonly items: { readonly id: string; readonly name: string; readonly price: number; readonly quantity: number }[];
  readonly history: { readonly at: string; readonly from: string | null; readonly to: string }[];
}

const item = (id: string, name: string, price: number, quantity: number) => ({ id, name, price, quantity });

/** An order as the services pass it around, about 1 KB as JSON. */
const order: OrderLike = {
  orderId: '01a2076b-a5f7-7c78-b2a7-54f1f1c93495',
  userId: '5d2f6f0e-5f0a-4c39-9a83-2d2f3a1f5c11',
  status: 'paymentProcessed',
  totalAmount: 11_500,
  discountRate: 0.125,
  gift: false,
  note: 'Please leave it at the door. 부재 시 경비실에 맡겨 주세요.',
  coupon: null,
  address: { name: '홍길동', street: '세종대로 110', city: '서울', postalCode: '04524', country: '대한민국' },
  items: [
    item('8cc28226-076e-4472-8b08-4e5c2b51ebc5', 'USB-C 케이블', 1_000, 2),
    item('39a9fe98-091a-4dba-a314-195fea19f48c', '마우스 패드', 2_000, 1),
    item('0c7d4f2e-6e0b-4d0e-8d7f-5f3a1b9c2d4e', 'Wireless keyboard', 6_500, 1),
    item('7f1f5a52-93b1-4c0e-a2c4-3b1d0e6f8a77', '노트북 거치대 (알루미늄)', 1_000, 1),
  ],
  history: [
    { at: '2026-11-23T08:00:25.127Z', from: null, to: 'created' },
    { at: '2026-11-23T08:00:25.131Z', from: 'created', to: 'paymentPending' },
    { at: '2026-11-23T08:00:25.195Z', from: 'paymentPending', to: 'paymentProcessed' },
  ],
};

export const object1kb: Workload<OrderLike, OrderLike> = {
  name: 'object-1kb',
  summary: 'echo of an order of 1 KB',
  cmd: 'echo_order',
  request: order,
  answer: (asked) => asked,
  check(answer) {
    if ((answer as OrderLike).items.length !== order.items.length) throw new Error('answer lost items of the order');
  },
  verify: (answer) => deepStrictEqual(JSON.parse(JSON.stringify(answer)), order),
};
