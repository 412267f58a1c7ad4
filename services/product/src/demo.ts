import type { ListedProduct } from './store/products.ts';

/** The demo catalogue. Its ids never change, so that yesterday's orders still name it; dates say its order in lists. */
export const DEMO_CATALOGUE: readonly ListedProduct[] = [
  {
    id: '8cc28226-076e-4472-8b08-4e5c2b51ebc5',
    name: 'USB-C 케이블',
    price: 1_000,
    createdAt: new Date('2026-01-22T00:00:00Z'),
  },
  {
    id: '39a9fe98-091a-4dba-a314-195fea19f48c',
    name: '마우스 패드',
    price: 2_000,
    createdAt: new Date('2026-01-21T00:00:00Z'),
  },
  {
    id: 'bdd640fb-0667-4ad1-9c80-317fa3b1799d',
    name: 'USB-C 허브 7포트',
    price: 39_000,
    createdAt: new Date('2026-01-20T00:00:00Z'),
  },
  {
    id: '23b8c1e9-3924-46de-beb1-3b9046685257',
    name: '무선 마우스',
    price: 24_900,
    createdAt: new Date('2026-01-19T00:00:00Z'),
  },
  {
    id: 'bd9c66b3-ad3c-4d6d-9a3d-1fa7bc8960a9',
    name: '기계식 키보드 (갈축)',
    price: 89_000,
    createdAt: new Date('2026-01-18T00:00:00Z'),
  },
  {
    id: '972a8469-1641-4f82-8b9d-2434e465e150',
    name: '27인치 QHD 모니터',
    price: 289_000,
    createdAt: new Date('2026-01-17T00:00:00Z'),
  },
  {
    id: '17fc695a-07a0-4a6e-8822-e8f36c031199',
    name: '노트북 거치대',
    price: 32_000,
    createdAt: new Date('2026-01-16T00:00:00Z'),
  },
  {
    id: '9a1de644-815e-46d1-bb8f-aa1837f8a88b',
    name: '블루투스 이어폰',
    price: 59_000,
    createdAt: new Date('2026-01-15T00:00:00Z'),
  },
  {
    id: 'b74d0fb1-32e7-4629-8fad-c1a606cb0fb3',
    name: '휴대용 SSD 1TB',
    price: 129_000,
    createdAt: new Date('2026-01-14T00:00:00Z'),
  },
  {
    id: '6b65a6a4-8b81-48f6-b38a-088ca65ed389',
    name: '고속 충전기 65W',
    price: 36_900,
    createdAt: new Date('2026-01-13T00:00:00Z'),
  },
  {
    id: '47378190-96da-4dac-b2ff-5d2a386ecbe0',
    name: '보조 배터리 20000mAh',
    price: 33_000,
    createdAt: new Date('2026-01-12T00:00:00Z'),
  },
  {
    id: 'c241330b-01a9-471f-9e8a-774bcf36d58b',
    name: 'HDMI 케이블 2m',
    price: 8_900,
    createdAt: new Date('2026-01-11T00:00:00Z'),
  },
  {
    id: '6c307511-b2b9-437a-a8df-6ec4ce4a2bbd',
    name: '웹캠 1080p',
    price: 45_000,
    createdAt: new Date('2026-01-10T00:00:00Z'),
  },
  {
    id: '371ecd7b-27cd-4130-8722-9389571aa876',
    name: '스탠드 조명',
    price: 27_500,
    createdAt: new Date('2026-01-09T00:00:00Z'),
  },
  {
    id: '1a2a73ed-562b-4f79-8374-59eef50bea63',
    name: '멀티탭 6구',
    price: 15_900,
    createdAt: new Date('2026-01-08T00:00:00Z'),
  },
  {
    id: '5be6128e-18c2-4797-a142-ea7d17be3111',
    name: '손목 받침대',
    price: 12_000,
    createdAt: new Date('2026-01-07T00:00:00Z'),
  },
  {
    id: '43b7a3a6-9a8d-4a03-980d-7b71d8f56413',
    name: '케이블 정리함',
    price: 9_500,
    createdAt: new Date('2026-01-06T00:00:00Z'),
  },
  {
    id: '759cde66-bacf-43d0-8b1f-9163ce9ff57f',
    name: '장패드 900×400',
    price: 17_000,
    createdAt: new Date('2026-01-05T00:00:00Z'),
  },
  {
    id: 'ec1b8ca1-f91e-4d4c-9ff4-9b7889463e85',
    name: '모니터 암',
    price: 64_000,
    createdAt: new Date('2026-01-04T00:00:00Z'),
  },
  {
    id: '4b0dbb41-8d52-48f1-942c-3fe860e7a113',
    name: '무선 충전 패드',
    price: 19_900,
    createdAt: new Date('2026-01-03T00:00:00Z'),
  },
  {
    id: 'e2acf72f-9e57-4f7a-a0ee-89aed453dd32',
    name: 'USB 메모리 128GB',
    price: 14_500,
    createdAt: new Date('2026-01-02T00:00:00Z'),
  },
  {
    id: '3139d32c-93cd-49bf-9c94-1cf0dc98d2c1',
    name: '노트북 파우치 14인치',
    price: 22_000,
    createdAt: new Date('2026-01-01T00:00:00Z'),
  },
];
