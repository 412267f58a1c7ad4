// Made by `node test/support/update-client.ts` of the document with this SHA-256:
// b115747d977e6213878a4bc940969eaa79c60852ee63f9a79856e8d567f41d78
export interface paths {
  '/order': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Your orders, newest first */
    get: operations['listOrders'];
    put?: never;
    /**
     * Place an order and pay it
     * @description An id named twice is a quantity of two. payment.amount must equal the sum of the prices. 202 means that the outcome of the payment is not known yet, or that a deposit is awaited: read the order again later. With an `Idempotency-Key` it may be sent again: the first answer is repeated to the letter.
     */
    post: operations['placeOrder'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/order/{orderId}/payment': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Pay an order again whose payment failed
     * @description Starts the next attempt. Of several requests at once one does; the others are 409. With an `Idempotency-Key` it may be sent again without a second attempt.
     */
    post: operations['retryPayment'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/order/{orderId}/cancel': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Cancel an order
     * @description Gives the money of a paid order back in full, closes an account that waits for a deposit, or cancels an order whose payment failed. 202 means that it is under way: read the order again later. Sending it again is harmless. An order whose payment is still undecided, or can no longer be given back, is 409.
     */
    post: operations['cancelOrder'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/order/{orderId}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One of your orders */
    get: operations['getOrder'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/auth/register': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Open an account and log in */
    post: operations['register'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/auth/login': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Log in */
    post: operations['login'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/auth/refresh': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Exchange a refresh token for new tokens
     * @description A refresh token works once. Using one again revokes every token of that login.
     */
    post: operations['refresh'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/auth/logout': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Log out
     * @description Revokes the refresh token and every token that came of the same login.
     */
    post: operations['logout'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/products': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The catalogue, newest first */
    get: operations['listProducts'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/webhooks/toss': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * A deposit on a virtual account, as the payment provider tells it (DEPOSIT_CALLBACK)
     * @description The secret must be that of the payment; then the provider itself is asked, so a notice is never believed as it is. Hearing one twice, or late, changes nothing. 503 asks the provider to send it again.
     */
    post: operations['depositNotice'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/metrics': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Measurements in the Prometheus text format */
    get: operations['metrics'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/health/live': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Is the process alive */
    get: operations['live'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/health/ready': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * May traffic be sent here
     * @description Peers are told for information; one of them being down does not make this service unready.
     */
    get: operations['ready'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    /**
     * @example {
     *       "email": "user@example.com",
     *       "password": "a long sentence is best"
     *     }
     */
    Credentials: {
      /** Format: email */
      email: string;
      password: string;
    };
    /**
     * @example {
     *       "createdAt": "2026-11-23T15:00:00.000000",
     *       "orderId": "as-the-provider-knows-it",
     *       "secret": "ps_…",
     *       "status": "DONE"
     *     }
     */
    DepositNotice: {
      orderId: string;
      secret: string;
      status: string;
    };
    Liveness: {
      /** @constant */
      status: 'ok';
    };
    /**
     * @example {
     *       "orderId": "01930e5c-7d4a-7c3e-8b1f-5a2d9c4e6f70",
     *       "status": "paymentProcessed",
     *       "items": [
     *         {
     *           "productId": "8cc28226-076e-4472-8b08-4e5c2b51ebc5",
     *           "name": "USB-C 케이블",
     *           "price": 1000
     *         },
     *         {
     *           "productId": "39a9fe98-091a-4dba-a314-195fea19f48c",
     *           "name": "마우스 패드",
     *           "price": 2000
     *         }
     *       ],
     *       "totalAmount": 3000,
     *       "address": {
     *         "name": "홍길동",
     *         "street": "세종대로 110",
     *         "city": "서울",
     *         "postalCode": "04524",
     *         "country": "KR"
     *       },
     *       "payment": {
     *         "method": "CreditCard",
     *         "status": "Approved",
     *         "last4": "3123"
     *       },
     *       "attempt": 1,
     *       "history": [
     *         {
     *           "at": "2026-11-23T06:00:00.000Z",
     *           "from": null,
     *           "to": "created"
     *         },
     *         {
     *           "at": "2026-11-23T06:00:00.000Z",
     *           "from": "created",
     *           "to": "paymentPending"
     *         },
     *         {
     *           "at": "2026-11-23T06:00:00.120Z",
     *           "from": "paymentPending",
     *           "to": "paymentProcessed"
     *         }
     *       ],
     *       "createdAt": "2026-11-23T06:00:00.000Z",
     *       "updatedAt": "2026-11-23T06:00:00.120Z"
     *     }
     */
    Order: {
      /** Format: uuid */
      orderId: string;
      /** @enum {string} */
      status: 'created' | 'paymentPending' | 'paymentProcessed' | 'paymentFailed' | 'canceled';
      items: {
        /** Format: uuid */
        productId: string;
        name: string;
        /**
         * @description whole won
         * @example 3000
         */
        price: number;
      }[];
      /**
       * @description whole won
       * @example 3000
       */
      totalAmount: number;
      address: {
        name: string;
        street: string;
        city: string;
        postalCode: string;
        country: string;
      };
      payment: {
        /** @enum {string} */
        method: 'CreditCard' | 'VirtualAccount';
        /** @enum {string} */
        status?: 'Approved' | 'Rejected' | 'Pending' | 'WaitingForDeposit' | 'Canceled';
        last4?: string;
        reason?: string;
        virtualAccount?: {
          accountNumber: string;
          bankCode: string;
          /** Format: date-time */
          dueDate: string;
        };
      };
      attempt: number;
      history: {
        /** Format: date-time */
        at: string;
        from: ('created' | 'paymentPending' | 'paymentProcessed' | 'paymentFailed' | 'canceled') | null;
        /** @enum {string} */
        to: 'created' | 'paymentPending' | 'paymentProcessed' | 'paymentFailed' | 'canceled';
        reason?: string;
      }[];
      /** Format: date-time */
      createdAt: string;
      /** Format: date-time */
      updatedAt: string;
    };
    OrderPage: {
      data: components['schemas']['Order'][];
      page: {
        nextCursor?: string;
      };
    };
    /**
     * @example {
     *       "productIds": [
     *         "8cc28226-076e-4472-8b08-4e5c2b51ebc5",
     *         "39a9fe98-091a-4dba-a314-195fea19f48c"
     *       ],
     *       "address": {
     *         "name": "홍길동",
     *         "street": "세종대로 110",
     *         "city": "서울",
     *         "postalCode": "04524",
     *         "country": "KR"
     *       },
     *       "payment": {
     *         "paymentMethod": "CreditCard",
     *         "paymentName": "홍길동",
     *         "cardNumber": "123123",
     *         "expiryYear": "26",
     *         "expiryMonth": "12",
     *         "birthOrRegistration": "9",
     *         "passwordTwoDigits": "12",
     *         "amount": 3000
     *       }
     *     }
     */
    PlaceOrder: {
      productIds: string[];
      address: {
        name: string;
        street: string;
        city: string;
        postalCode: string;
        country: string;
      };
      payment:
        | {
            /** @constant */
            paymentMethod: 'CreditCard';
            paymentName: string;
            cardNumber: string;
            expiryYear: string;
            expiryMonth: string;
            birthOrRegistration: string;
            passwordTwoDigits: string;
            /**
             * @description whole won
             * @example 3000
             */
            amount: number;
          }
        | {
            /** @constant */
            paymentMethod: 'VirtualAccount';
            paymentName: string;
            cardNumber?: string;
            expiryYear?: string;
            expiryMonth?: string;
            birthOrRegistration?: string;
            passwordTwoDigits?: string;
            /**
             * @description whole won
             * @example 3000
             */
            amount: number;
          };
    };
    Problem: {
      /** @description urn:problem-type:shop: and the code */
      type: string;
      title: string;
      status: number;
      /** @description Korean or English by Accept-Language */
      detail: string;
      instance: string;
      code: string;
      /** @description as X-Request-Id */
      requestId: string;
      /** Format: uuid */
      orderId?: string;
      orderStatus?: string;
      /** @description why a payment was declined, as the provider names it */
      reason?: string;
      /** @description product ids that do not exist */
      missing?: string[];
      /**
       * @description whole won
       * @example 3000
       */
      totalAmount?: number;
      errors?: {
        pointer: string;
        message: string;
      }[];
    };
    /**
     * @example {
     *       "id": "8cc28226-076e-4472-8b08-4e5c2b51ebc5",
     *       "name": "USB-C 케이블",
     *       "price": 1000
     *     }
     */
    Product: {
      /** Format: uuid */
      id: string;
      name: string;
      /**
       * @description whole won
       * @example 3000
       */
      price: number;
    };
    ProductPage: {
      data: components['schemas']['Product'][];
      page: {
        nextCursor?: string;
      };
    };
    Readiness: {
      /** @enum {string} */
      status: 'ready' | 'notReady' | 'stopping';
      /** @enum {string} */
      mongo: 'up' | 'down';
      peers: {
        user: string;
        product: string;
        payment: string;
      };
    };
    Received: {
      /** @constant */
      received: true;
    };
    /**
     * @example {
     *       "refreshToken": "as the login gave it"
     *     }
     */
    RefreshToken: {
      refreshToken: string;
    };
    /**
     * @example {
     *       "email": "user@example.com",
     *       "password": "a long sentence is best",
     *       "name": "홍길동"
     *     }
     */
    Registration: {
      /** Format: email */
      email: string;
      password: string;
      name: string;
    };
    /**
     * @example {
     *       "payment": {
     *         "paymentMethod": "CreditCard",
     *         "paymentName": "홍길동",
     *         "cardNumber": "123123",
     *         "expiryYear": "26",
     *         "expiryMonth": "12",
     *         "birthOrRegistration": "9",
     *         "passwordTwoDigits": "12",
     *         "amount": 3000
     *       }
     *     }
     */
    RetryPayment: {
      payment:
        | {
            /** @constant */
            paymentMethod: 'CreditCard';
            paymentName: string;
            cardNumber: string;
            expiryYear: string;
            expiryMonth: string;
            birthOrRegistration: string;
            passwordTwoDigits: string;
            /**
             * @description whole won
             * @example 3000
             */
            amount: number;
          }
        | {
            /** @constant */
            paymentMethod: 'VirtualAccount';
            paymentName: string;
            cardNumber?: string;
            expiryYear?: string;
            expiryMonth?: string;
            birthOrRegistration?: string;
            passwordTwoDigits?: string;
            /**
             * @description whole won
             * @example 3000
             */
            amount: number;
          };
    };
    /**
     * @example {
     *       "accessToken": "header.payload.signature",
     *       "refreshToken": "opaque",
     *       "tokenType": "Bearer",
     *       "expiresIn": 900
     *     }
     */
    Tokens: {
      accessToken: string;
      refreshToken: string;
      /** @constant */
      tokenType: 'Bearer';
      expiresIn: number;
    };
  };
  responses: never;
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
  listOrders: {
    parameters: {
      query?: {
        /** @description page.nextCursor of the page before */
        cursor?: string;
        /** @description entries a page; 20 unless said */
        limit?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description a page of orders */
      200: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['OrderPage'];
        };
      };
      /** @description `validation_failed`: Request not valid; `cursor_invalid`: Cursor not valid */
      400: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `token_missing`: Not authenticated; `token_invalid`: Access token not valid; `token_expired`: Access token expired; `token_revoked`: Access token revoked */
      401: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests */
      429: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal_error`: Internal error */
      500: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `dependency_failed`: A service answered wrongly */
      502: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `dependency_unavailable`: A service is unavailable; `service_stopping`: Stopping; `overloaded`: Overloaded */
      503: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `dependency_timeout`: A service did not answer in time */
      504: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  placeOrder: {
    parameters: {
      query?: never;
      header?: {
        /** @description Makes the request safe to send again: for 24 hours the first answer is given to the letter, with `Idempotency-Replayed: true`. One key for one request of one customer; a UUID is best. Printable ASCII, quoted or bare. Requests that are refused before an order or attempt exists leave the key free. Without a key, a request that is sent twice is carried out twice. */
        'idempotency-key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['PlaceOrder'];
      };
    };
    responses: {
      /** @description paid */
      201: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          /** @description the order */
          Location?: string;
          /** @description `true` when this is the answer to an earlier request */
          'Idempotency-Replayed'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Order'];
        };
      };
      /** @description outcome not known yet, or deposit awaited: send the money to payment.virtualAccount */
      202: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          /** @description the order */
          Location?: string;
          /** @description seconds */
          'Retry-After'?: number;
          /** @description `true` when this is the answer to an earlier request */
          'Idempotency-Replayed'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Order'];
        };
      };
      /** @description `validation_failed`: Request not valid; `json_malformed`: JSON not readable; `idempotency_key_invalid`: Idempotency-Key not valid */
      400: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `token_missing`: Not authenticated; `token_invalid`: Access token not valid; `token_expired`: Access token expired; `token_revoked`: Access token revoked */
      401: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `payment_declined`: Payment declined */
      402: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          /** @description the order */
          Location?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `payment_abandoned`: Payment given up; `order_not_payable`: Order not payable; `idempotency_in_progress`: Request still running */
      409: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          /** @description the order */
          Location?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `body_too_large`: Body too large */
      413: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `media_type_unsupported`: Media type not supported */
      415: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `product_not_found`: Product not found; `amount_mismatch`: Amount does not match; `card_invalid`: Card not acceptable; `payment_method_unsupported`: Payment method not supported; `idempotency_key_reused`: Idempotency-Key reused */
      422: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          /** @description the order */
          Location?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests; `declines_exceeded`: Too many declined payments */
      429: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal_error`: Internal error */
      500: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `dependency_failed`: A service answered wrongly; `payment_provider_error`: Payment provider unavailable */
      502: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          /** @description the order */
          Location?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `dependency_unavailable`: A service is unavailable; `service_stopping`: Stopping; `overloaded`: Overloaded */
      503: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `dependency_timeout`: A service did not answer in time */
      504: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  retryPayment: {
    parameters: {
      query?: never;
      header?: {
        /** @description Makes the request safe to send again: for 24 hours the first answer is given to the letter, with `Idempotency-Replayed: true`. One key for one request of one customer; a UUID is best. Printable ASCII, quoted or bare. Requests that are refused before an order or attempt exists leave the key free. Without a key, a request that is sent twice is carried out twice. */
        'idempotency-key'?: string;
      };
      path: {
        /** @description as POST /order gave it, also in Location */
        orderId: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['RetryPayment'];
      };
    };
    responses: {
      /** @description paid */
      201: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          /** @description the order */
          Location?: string;
          /** @description `true` when this is the answer to an earlier request */
          'Idempotency-Replayed'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Order'];
        };
      };
      /** @description outcome not known yet, or deposit awaited: send the money to payment.virtualAccount */
      202: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          /** @description the order */
          Location?: string;
          /** @description seconds */
          'Retry-After'?: number;
          /** @description `true` when this is the answer to an earlier request */
          'Idempotency-Replayed'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Order'];
        };
      };
      /** @description `validation_failed`: Request not valid; `json_malformed`: JSON not readable; `idempotency_key_invalid`: Idempotency-Key not valid */
      400: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `token_missing`: Not authenticated; `token_invalid`: Access token not valid; `token_expired`: Access token expired; `token_revoked`: Access token revoked */
      401: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `payment_declined`: Payment declined */
      402: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          /** @description the order */
          Location?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `order_not_found`: Order not found */
      404: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `payment_abandoned`: Payment given up; `order_not_payable`: Order not payable; `idempotency_in_progress`: Request still running */
      409: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          /** @description the order */
          Location?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `body_too_large`: Body too large */
      413: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `media_type_unsupported`: Media type not supported */
      415: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `amount_mismatch`: Amount does not match; `card_invalid`: Card not acceptable; `payment_method_unsupported`: Payment method not supported; `idempotency_key_reused`: Idempotency-Key reused */
      422: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          /** @description the order */
          Location?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests; `declines_exceeded`: Too many declined payments */
      429: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal_error`: Internal error */
      500: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `dependency_failed`: A service answered wrongly; `payment_provider_error`: Payment provider unavailable */
      502: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          /** @description the order */
          Location?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `dependency_unavailable`: A service is unavailable; `service_stopping`: Stopping; `overloaded`: Overloaded */
      503: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `dependency_timeout`: A service did not answer in time */
      504: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  cancelOrder: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description as POST /order gave it, also in Location */
        orderId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description canceled, now or before */
      200: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          /** @description the order */
          Location?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Order'];
        };
      };
      /** @description under way */
      202: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          /** @description the order */
          Location?: string;
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Order'];
        };
      };
      /** @description `validation_failed`: Request not valid; `json_malformed`: JSON not readable */
      400: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `token_missing`: Not authenticated; `token_invalid`: Access token not valid; `token_expired`: Access token expired; `token_revoked`: Access token revoked */
      401: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `order_not_found`: Order not found */
      404: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `order_payment_pending`: Payment still undecided; `order_not_cancelable`: Order not cancelable */
      409: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          /** @description the order */
          Location?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `body_too_large`: Body too large */
      413: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `media_type_unsupported`: Media type not supported */
      415: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests */
      429: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal_error`: Internal error */
      500: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `dependency_failed`: A service answered wrongly; `payment_provider_error`: Payment provider unavailable */
      502: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          /** @description the order */
          Location?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `dependency_unavailable`: A service is unavailable; `service_stopping`: Stopping; `overloaded`: Overloaded */
      503: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `dependency_timeout`: A service did not answer in time */
      504: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getOrder: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description as POST /order gave it, also in Location */
        orderId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description the order */
      200: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Order'];
        };
      };
      /** @description `token_missing`: Not authenticated; `token_invalid`: Access token not valid; `token_expired`: Access token expired; `token_revoked`: Access token revoked */
      401: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `order_not_found`: Order not found */
      404: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests */
      429: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal_error`: Internal error */
      500: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `dependency_failed`: A service answered wrongly */
      502: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `dependency_unavailable`: A service is unavailable; `service_stopping`: Stopping; `overloaded`: Overloaded */
      503: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `dependency_timeout`: A service did not answer in time */
      504: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  register: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['Registration'];
      };
    };
    responses: {
      /** @description the account exists and is logged in */
      201: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Tokens'];
        };
      };
      /** @description `validation_failed`: Request not valid; `json_malformed`: JSON not readable */
      400: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `email_taken`: Address taken */
      409: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `body_too_large`: Body too large */
      413: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `media_type_unsupported`: Media type not supported */
      415: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `too_many_attempts`: Too many attempts; `rate_limited`: Too many requests */
      429: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal_error`: Internal error */
      500: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `dependency_failed`: A service answered wrongly */
      502: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `dependency_unavailable`: A service is unavailable; `service_stopping`: Stopping; `overloaded`: Overloaded */
      503: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `dependency_timeout`: A service did not answer in time */
      504: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  login: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['Credentials'];
      };
    };
    responses: {
      /** @description logged in */
      200: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Tokens'];
        };
      };
      /** @description `validation_failed`: Request not valid; `json_malformed`: JSON not readable */
      400: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `credentials_invalid`: Login failed */
      401: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `body_too_large`: Body too large */
      413: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `media_type_unsupported`: Media type not supported */
      415: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `too_many_attempts`: Too many attempts; `rate_limited`: Too many requests */
      429: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal_error`: Internal error */
      500: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `dependency_failed`: A service answered wrongly */
      502: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `dependency_unavailable`: A service is unavailable; `service_stopping`: Stopping; `overloaded`: Overloaded */
      503: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `dependency_timeout`: A service did not answer in time */
      504: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  refresh: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['RefreshToken'];
      };
    };
    responses: {
      /** @description new tokens */
      200: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Tokens'];
        };
      };
      /** @description `validation_failed`: Request not valid; `json_malformed`: JSON not readable */
      400: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `refresh_token_invalid`: Refresh token not valid; `refresh_token_expired`: Refresh token expired; `refresh_token_reused`: Refresh token used twice */
      401: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `body_too_large`: Body too large */
      413: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `media_type_unsupported`: Media type not supported */
      415: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `too_many_attempts`: Too many attempts; `rate_limited`: Too many requests */
      429: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal_error`: Internal error */
      500: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `dependency_failed`: A service answered wrongly */
      502: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `dependency_unavailable`: A service is unavailable; `service_stopping`: Stopping; `overloaded`: Overloaded */
      503: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `dependency_timeout`: A service did not answer in time */
      504: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  logout: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['RefreshToken'];
      };
    };
    responses: {
      /** @description logged out */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `validation_failed`: Request not valid; `json_malformed`: JSON not readable */
      400: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `body_too_large`: Body too large */
      413: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `media_type_unsupported`: Media type not supported */
      415: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests */
      429: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal_error`: Internal error */
      500: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `dependency_failed`: A service answered wrongly */
      502: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `dependency_unavailable`: A service is unavailable; `service_stopping`: Stopping; `overloaded`: Overloaded */
      503: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `dependency_timeout`: A service did not answer in time */
      504: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listProducts: {
    parameters: {
      query?: {
        /** @description page.nextCursor of the page before */
        cursor?: string;
        /** @description entries a page; 20 unless said */
        limit?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description a page of products */
      200: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ProductPage'];
        };
      };
      /** @description `validation_failed`: Request not valid; `cursor_invalid`: Cursor not valid */
      400: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests */
      429: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal_error`: Internal error */
      500: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `dependency_failed`: A service answered wrongly */
      502: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `dependency_unavailable`: A service is unavailable; `service_stopping`: Stopping; `overloaded`: Overloaded */
      503: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `dependency_timeout`: A service did not answer in time */
      504: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  depositNotice: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['DepositNotice'];
      };
    };
    responses: {
      /** @description taken, now or before */
      200: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Received'];
        };
      };
      /** @description `validation_failed`: Request not valid; `json_malformed`: JSON not readable */
      400: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `webhook_not_verified`: Notice not verified */
      403: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `payment_not_found`: Payment not found */
      404: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `body_too_large`: Body too large */
      413: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `media_type_unsupported`: Media type not supported */
      415: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests */
      429: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal_error`: Internal error */
      500: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `dependency_failed`: A service answered wrongly */
      502: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `dependency_unavailable`: A service is unavailable; `service_stopping`: Stopping; `overloaded`: Overloaded */
      503: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `dependency_timeout`: A service did not answer in time */
      504: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  metrics: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description the measurements */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/plain': string;
        };
      };
      /** @description `internal_error`: Internal error */
      500: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `service_stopping`: Stopping; `overloaded`: Overloaded */
      503: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  live: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description alive */
      200: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Liveness'];
        };
      };
      /** @description `internal_error`: Internal error */
      500: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `service_stopping`: Stopping; `overloaded`: Overloaded */
      503: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  ready: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description ready */
      200: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Readiness'];
        };
      };
      /** @description `internal_error`: Internal error */
      500: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description not ready: the database is out of reach, or the process is stopping */
      503: {
        headers: {
          /** @description the request, as in the logs */
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Readiness'];
        };
      };
    };
  };
}
